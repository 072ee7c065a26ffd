import InstallTrees
import Recipes
import SystemPackage

extension Failure {
    /// The failure that a person reads for a tree that is not what a recipe asks for, with the place in the recipe that asks for it.
    init(_ error: TreeError, in recipe: Recipe) {
        let plain = Failure(error)
        guard plain.status == .badRecipe || plain.status == .inputMissing,
            let place = Self.place(error, recipe)
        else {
            self = plain
            return
        }
        if plain.status == .badRecipe, !place.hasPrefix("--") {
            self.init(.badRecipe, "\(place): error: \(plain.message)", details: plain.details)
        } else {
            self.init(plain.status, plain.message, details: [Detail("recipe", place)] + plain.details)
        }
    }

    /// Where in the recipe stands what led there.
    private static func place(_ error: TreeError, _ recipe: Recipe) -> String? {
        guard let key = key(error, recipe) else { return nil }
        let place = recipe.places[key]
        // A location by default, or of the command line, is wrong for the system that the recipe names.
        let isWrongSystem = error.code == .wrongRelease && place?.hasPrefix("--") != false
        return isWrongSystem ? recipe.places[.os] : place ?? recipe.places[.os]
    }

    /// What in the recipe led there.
    private static func key(_ error: TreeError, _ recipe: Recipe) -> Recipe.Places.Key? {
        let pin = recipe.install.pin
        switch error.code {
        case .pinMismatch: return pin?.treeinfo == nil ? .checksum : .treeinfo
        case .badKey: return .gpgKey
        case .badSignature: return .checksumFile
        case .malformedChecksums, .missingChecksum: return pin?.checksumFile == nil ? .checksum : .checksumFile
        case .checksumMismatch where pin?.checksum != nil || pin?.checksumFile != nil:
            // Files of an image are held against the image's own treeinfo.
            if case .image(let image) = recipe.install.location, error.location == image.string {
                return pin?.checksum == nil ? .checksumFile : .checksum
            }
            return .location
        case .missingFile:
            let files: [(String?, Recipe.Places.Key)] = [
                (pin?.checksumFile?.string, .checksumFile), (pin?.signature?.string, .signature),
                (pin?.gpgKey?.string, .gpgKey),
            ]
            return files.first { $0.0 == error.location }?.1 ?? .location
        case .badVolumeID: return nil
        default: return .location
        }
    }
}
