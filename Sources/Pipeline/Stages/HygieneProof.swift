import DiskImages
import Foundation
import Guestfs
import Recipes
import SystemPackage

/// The proof, read from the bytes that are going to be published, that sysprep did its work and that nothing of the bake is in the image.
struct HygieneProof: Sendable {
    /// The report's files, in the bake's directory and beside the artefacts.
    static let reports = ["hygiene.json", "hygiene.txt"]

    let sealed: SealRecord
    let cloudConfig: String
    let bake: BakeContext
    let channel: StageChannel

    /// Proves the first artefact with a disk clean, the others to have the same disk in them, and root file systems to be a part of it.
    ///
    /// Where there is no disk, it is the root file system that is proven.
    /// - Returns: The report's files by name, and how many checks were made.
    /// - Throws: ``Failure`` with ``ExitStatus/sysprepFailed`` where something is left over.
    func run(on artefacts: [ArtefactRecord]) async throws -> (files: [String: FilePath], checks: Int) {
        guard let first = artefacts.first(where: { $0.boot == nil }) ?? artefacts.first else { return ([:], 0) }
        channel.activity("proving that the disk is clean")
        for other in artefacts where other.name != first.name {
            guard
                try await bake.qemuImg.compare(
                    file(first),
                    format: first.format,
                    region: other.boot?.region,
                    file(other),
                    format: other.format
                )
            else {
                throw Failure(
                    .conversionFailed,
                    "the conversion to \(other.formatName) is another disk than the one to \(first.formatName)",
                    ["next": "check this machine's memory and disk, then run the same command again"]
                )
            }
        }
        let patterns = patterns
        let proof = ImageHygiene(
            request: request(first),
            patterns: patterns,
            qemuImg: bake.qemuImg,
            options: bake.guestfsOptions(await bake.localAccelerator(channel))
        )
        var report = try await proof.run { channel.activity($0) }
        if let check = try await checkOfParts(artefacts, patterns) { report.add(check) }
        for warning in report.warnings { channel.warning(warning) }
        try Files.write(report, asJSON: bake.directory.appending(Self.reports[0]))
        try Files.write(report.text, to: bake.directory.appending(Self.reports[1]))
        guard report.passed else { throw failure(report) }
        var files: [String: FilePath] = [:]
        // Copies: what the cache holds never changes, and a bake's directory is its user's.
        for name in Self.reports {
            let copy = bake.work.appending(name)
            try Files.write(Files.read(bake.directory.appending(name)), to: copy)
            files[name] = copy
        }
        return (files, report.checks.count)
    }

    private func file(_ artefact: ArtefactRecord) -> FilePath { bake.work.appending(artefact.name) }

    /// What is found in the kernels and initrds that are published; nil where none are.
    private func checkOfParts(_ artefacts: [ArtefactRecord], _ patterns: [SearchPattern]) async throws -> HygieneCheck?
    {
        let names = artefacts.flatMap { $0.files.dropFirst() }
        if names.isEmpty { return nil }
        let search = try DiskSearch(beside: bake.qemuImg)
        var findings: [String] = []
        for name in names {
            for found in try await search.run(bake.work.appending(name), format: .raw, for: patterns) {
                guard let offset = found.offsets.first else { continue }
                findings.append("\(name): \(found.name) at byte \(offset)")
            }
        }
        return HygieneCheck(
            name: "kernel-and-ramdisk",
            heading: "no secret, no private key, nothing of the bake in the bytes of kernel and ramdisk",
            findings: findings
        )
    }

    private func request(_ artefact: ArtefactRecord) -> HygieneRequest {
        let system = bake.recipe.system
        return HygieneRequest(
            disk: file(artefact),
            format: artefact.format == .raw ? .raw : .qcow2,
            cloudConfig: cloudConfig,
            lockedRoot: system.lockRoot,
            stampPath: "/etc/imagebake-stamp",
            enabled: Set(bake.recipe.sysprep.enable),
            disabled: Set(bake.recipe.sysprep.disable),
            declared: declared,
            layout: artefact.boot == nil ? sealed.layout : sealed.layout.ofRootAlone
        )
    }

    /// What the recipe itself lets in, through the installer or by customising.
    private var declared: HygieneDeclaration {
        let system = bake.recipe.system
        var declared = HygieneDeclaration(
            passwords: Set(system.users.filter { $0.password != nil }.map(\.name) + (system.lockRoot ? [] : ["root"])),
            authorizedKeys: Set(system.users.flatMap(\.sshKeys)),
            files: bake.recipe.sysprep.allow
        )
        // Who has them stay wants them in the image.
        if bake.recipe.sysprep.disable.contains("ssh-hostkeys") { declared.files.append("/etc/ssh/*_host_*") }
        for step in bake.recipe.customize {
            switch step.step {
            case .user(let account):
                if account.password != nil { declared.passwords.insert(account.name) }
                declared.authorizedKeys.formUnion(account.sshKeys)
            case .password(let user, .some): declared.passwords.insert(user)
            case .sshKey(_, let keys): declared.authorizedKeys.formUnion(keys)
            default: break
            }
        }
        return declared
    }

    /// What must not be anywhere on the disk: secrets, the bake's own words, this machine's paths.
    private var patterns: [SearchPattern] {
        let hashes = Set(bake.recipe.system.users.compactMap(\.password?.name))
        let written = Set(bake.recipe.writtenSecretNames.map(\.name))
        var patterns: [SearchPattern?] = [.privateKey]
        for (name, value) in bake.secrets.secrets.values.sorted(by: { $0.key < $1.key }) {
            let value = value.trimmingCharacters(in: .newlines)
            // A password that is given as its hash is in the image because it was asked for, and so is what a step writes.
            if written.contains(name) || hashes.contains(name) && value.hasPrefix("$") { continue }
            let pattern = SearchPattern("the secret '\(name)'", Array(value.utf8))
            if pattern == nil {
                channel.warning(
                    "the secret '\(name)' is shorter than \(SearchPattern.shortest) bytes, so the image is not searched for it"
                )
            }
            patterns.append(pattern)
        }
        if bake.recipe.system.lockRoot {
            patterns += bake.secrets.rootPassword.texts.map {
                SearchPattern("root's password or its hash", Array($0.utf8))
            }
        }
        // `imagebake ID NONCE`
        patterns += sealed.stamp.split(separator: " ").dropFirst().map {
            SearchPattern("the bake's id or nonce", Array($0.utf8))
        }
        patterns.append(SearchPattern("a path of this machine", Array(bake.home.work.string.utf8)))
        return patterns.compactMap(\.self)
    }

    private func failure(_ report: HygieneReport) -> Failure {
        let failed = report.checks.filter { !$0.passed }
        let findings = failed.flatMap { check in check.findings.map { "\(check.name): \($0)" } }
        let more = findings.count > 3 ? " and \(findings.count - 3) more" : ""
        return Failure(
            .sysprepFailed,
            "hygiene failed: the finished image still holds what an image must not",
            [
                "found": findings.prefix(3).joined(separator: ", ") + more,
                "report": bake.directory.appending(Self.reports[1]).string,
                "next":
                    "nothing is published; have the recipe remove it, or say that it belongs there with 'sysprep.allow'",
            ]
        )
    }
}
