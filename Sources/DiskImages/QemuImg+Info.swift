import Foundation
public import SystemPackage

extension QemuImg {
    /// What an image says about itself; backing files are not opened.
    public func info(_ path: FilePath, format: DiskFormat) async throws -> ImageInfo {
        let path = try FileIO.absolute(path)
        let output = try await run(["info", "-f", format.rawValue, "--output=json", path.string], about: path)
        return try Self.parseInfo(output, path: path)
    }

    static func parseInfo(_ output: String, path: FilePath) throws(DiskImageError) -> ImageInfo {
        let parsed: InfoOutput
        do {
            parsed = try JSONDecoder().decode(InfoOutput.self, from: Data(output.utf8))
        } catch {
            throw DiskImageError(.toolFailed, path: path, "qemu-img info on \(path) answered what cannot be read")
        }
        guard let format = DiskFormat(rawValue: parsed.format) else {
            throw DiskImageError(.mismatch, path: path, "\(path) is \(parsed.format), neither qcow2 nor raw")
        }
        let specific = parsed.formatSpecific?.data
        return ImageInfo(
            format: format,
            virtualSize: parsed.virtualSize,
            actualSize: parsed.actualSize ?? 0,
            backingFile: (parsed.fullBackingFilename ?? parsed.backingFilename).map { FilePath($0) },
            backingFormat: parsed.backingFilenameFormat,
            dataFile: specific?.dataFile,
            isDirty: parsed.dirtyFlag ?? false,
            isCorrupt: specific?.corrupt ?? false,
            isEncrypted: parsed.encrypted ?? false,
            compression: specific?.compressionType.flatMap(Qcow2Compression.init(rawValue:)),
            snapshotCount: parsed.snapshots?.count ?? 0
        )
    }

    /// Checks the metadata of a qcow2 image without changing it; what is found is answered, not thrown.
    public func check(_ path: FilePath) async throws -> ImageCheck {
        let path = try FileIO.absolute(path)
        // 2: corruptions were found, 3: leaks were found; both still print the counts.
        let output = try await run(
            ["check", "-f", "qcow2", "--output=json", path.string],
            about: path,
            acceptedStatus: [0, 2, 3]
        )
        do {
            let parsed = try JSONDecoder().decode(CheckOutput.self, from: Data(output.utf8))
            return ImageCheck(
                corruptions: parsed.corruptions ?? 0,
                leaks: parsed.leaks ?? 0,
                checkErrors: parsed.checkErrors ?? 0
            )
        } catch {
            throw DiskImageError(.toolFailed, path: path, "qemu-img check on \(path) answered what cannot be read")
        }
    }

    /// The JSON of `qemu-img info`, as far as it is used.
    private struct InfoOutput: Decodable {
        let format: String
        let virtualSize: Int64
        let actualSize: Int64?
        let backingFilename: String?
        let fullBackingFilename: String?
        let backingFilenameFormat: String?
        let dirtyFlag: Bool?
        let encrypted: Bool?
        let snapshots: [Snapshot]?
        let formatSpecific: Specific?

        struct Snapshot: Decodable {}

        struct Specific: Decodable {
            let data: SpecificData?
        }

        struct SpecificData: Decodable {
            let corrupt: Bool?
            let compressionType: String?
            let dataFile: String?

            enum CodingKeys: String, CodingKey {
                case corrupt
                case compressionType = "compression-type"
                case dataFile = "data-file"
            }
        }

        enum CodingKeys: String, CodingKey {
            case format, encrypted, snapshots
            case virtualSize = "virtual-size"
            case actualSize = "actual-size"
            case backingFilename = "backing-filename"
            case fullBackingFilename = "full-backing-filename"
            case backingFilenameFormat = "backing-filename-format"
            case dirtyFlag = "dirty-flag"
            case formatSpecific = "format-specific"
        }
    }

    /// The JSON of `qemu-img check`, which leaves out counts of 0.
    private struct CheckOutput: Decodable {
        let corruptions: Int?
        let leaks: Int?
        let checkErrors: Int?

        enum CodingKeys: String, CodingKey {
            case corruptions, leaks
            case checkErrors = "check-errors"
        }
    }
}
