import Foundation
import Guestfs
import Recipes
import SystemPackage

/// From the steps of a recipe to those that an appliance carries out.
enum Customizing {
    /// The steps with the values of their secrets.
    ///
    /// - Throws: `RenderError` where a secret is not fit for its place.
    static func steps(
        _ steps: [Recipe.Customization],
        _ secrets: CustomizationSecrets
    ) throws(RenderError) -> [Customization] {
        var result: [Customization] = []
        for step in steps {
            result.append(
                Customization(
                    name: step.key.rawValue,
                    subject: step.subject,
                    place: step.place,
                    limit: step.limit ?? Customization.standardLimit,
                    action: try action(step.step, secrets)
                )
            )
        }
        return result
    }

    /// The steps of a file of their own, and what keeps its secrets out of all that is said.
    ///
    /// - Parameters:
    ///   - id: What the salts of password hashes are made of.
    ///   - home: Where this machine's key is.
    static func steps(
        of file: CustomizationFile,
        id: String,
        home: Home
    ) async throws -> (steps: [Customization], masker: SecretMasker) {
        let resolved = try await HostSecrets(home: home).resolve(file.secrets)
        let secrets = CustomizationSecrets(resolved.values, bakeID: id)
        let hashes = try secrets.passwordHashes(of: file.steps)
        return (try steps(file.steps, secrets), SecretMasker(resolved.values.map(\.value) + hashes))
    }

    private static func action(
        _ step: Recipe.Customization.Step,
        _ secrets: CustomizationSecrets
    ) throws(RenderError) -> Customization.Action {
        switch step {
        case .write(let path, let content, let given):
            .write(path: path, contents: try secrets.bytes(of: content), access: access(given))
        case .upload(let path, let contents, let given):
            .write(path: path, contents: contents.bytes, access: access(given))
        case .copyIn(let entries, let path, let given):
            .copy(
                entries: entries.map { entry in
                    Customization.TreeEntry(
                        path: entry.path,
                        mode: entry.mode,
                        kind: entry.contents.map { .file($0.bytes) } ?? .directory
                    )
                },
                to: path,
                access: access(given)
            )
        case .edit(let path, let match, let replace, let missing):
            .edit(
                path: path,
                edit: LineEdit(
                    pattern: match,
                    replacement: replace,
                    missing: LineEdit.Missing(rawValue: missing.rawValue) ?? .fail
                )
            )
        case .delete(let patterns): .delete(patterns)
        case .mkdir(let path, let given): .makeDirectory(path: path, access: access(given))
        case .chmod(let path, let mode, let isRecursive):
            .setAccess(path: path, access: Customization.Access(mode: mode), isRecursive: isRecursive)
        case .chown(let path, let given, let isRecursive):
            .setAccess(path: path, access: access(given), isRecursive: isRecursive)
        case .link(let path, let target): .link(path: path, target: target)
        case .touch(let path): .touch(path: path)
        case .truncate(let path): .truncate(path: path)
        case .run(.script(let script, let interpreter), let network):
            .script(contents: try secrets.bytes(ofScript: script), interpreter: interpreter, network: network)
        case .run(.command(let words), let network): .command(words: words, network: network)
        case .install(let packages, let files, let network):
            .install(
                packages: packages,
                files: files.map { Customization.PackageFile(name: $0.name, contents: $0.contents.bytes) },
                network: network
            )
        case .remove(let packages): .remove(packages: packages)
        case .update(let packages, let network): .update(packages: packages, network: network)
        case .group(let name, let gid, let isSystem): .group(name: name, gid: gid, isSystem: isSystem)
        case .user(let account): .user(try user(account, secrets))
        case .password(let user, let secret?):
            .password(user: user, hash: try secrets.passwordHash(secret, of: user))
        case .password(let user, nil): .password(user: user, hash: nil)
        case .sshKey(let user, let keys): .keys(user: user, keys: keys)
        case .hostname(let name): .hostname(name)
        case .timezone(let name): .timezone(name)
        case .service(let enable, let disable, let mask):
            .services(enabled: enable, disabled: disable, masked: mask)
        case .firstboot(let name, let interpreter, let script):
            .firstBoot(name: name, contents: try secrets.bytes(ofScript: script), interpreter: interpreter)
        case .relabel(let all): .relabel(all: all)
        }
    }

    private static func access(_ given: Recipe.Customization.Access) -> Customization.Access {
        Customization.Access(mode: given.mode, owner: given.owner, group: given.group)
    }

    private static func user(
        _ account: Recipe.Customization.Account,
        _ secrets: CustomizationSecrets
    ) throws(RenderError) -> Customization.User {
        var hash: String?
        if let password = account.password { hash = try secrets.passwordHash(password, of: account.name) }
        return Customization.User(
            name: account.name,
            uid: account.uid,
            gecos: account.gecos,
            group: account.group,
            groups: account.groups,
            home: account.home,
            shell: account.shell,
            isSystem: account.isSystem,
            passwordHash: hash,
            keys: account.sshKeys,
            mayBecomeRoot: account.sudo
        )
    }
}
