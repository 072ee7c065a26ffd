import SystemPackage

/// Why an install tree could not be read, fetched, served or prepared.
///
/// `description` is one line (location included); `cause` and `hint` are for the lines after it. No user information of a
/// URL ever appears in any of them.
public struct TreeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, one word for one thing.
    public enum Code: String, Sendable, CaseIterable {
        /// Neither an http(s) URL nor a directory, or a URL that cannot be a tree's base.
        case unsupportedSource
        /// The directory does not exist.
        case noSuchDirectory
        /// The path is a file, an ISO for example.
        case notADirectory
        /// Neither `.treeinfo` nor `treeinfo` is there.
        case noTreeinfo
        /// What came is not a treeinfo: binary data, another kind of file.
        case notTreeinfo
        /// A web page came instead of the file: a log-in page, a directory listing.
        case webPage
        /// A pipe, a device or a directory where a file must be.
        case notAFile
        /// A treeinfo with an error in it; `line` says where.
        case malformedTreeinfo
        /// The tree has no `[images-<arch>]` for the wanted architecture.
        case missingArchitecture
        /// The tree installs another system than the one that is wanted.
        case wrongRelease
        /// A path that leaves its tree or holds control characters, or a link that leads out of it.
        case unsafePath
        /// A file that must exist does not.
        case missingFile
        /// The server answered with a status other than 200, 206 or 404.
        case httpStatus
        /// The server sent a part of a file that was not asked for, or another part than that.
        case wrongPart
        /// The server compressed what it sent, though it was asked not to.
        case compressed
        /// The host has no name in DNS.
        case nameNotFound
        /// No route to the host.
        case unreachable
        /// Nothing listens at that address and port.
        case refused
        /// No connection within the connect timeout.
        case connectTimeout
        /// Nothing came for the length of the read timeout.
        case readTimeout
        /// So little came, for so long, that the transfer would hardly end.
        case tooSlow
        /// The connection broke or did not speak HTTP.
        case connectionLost
        /// The body ended before its announced length.
        case truncated
        /// TLS could not be set up, an untrusted certificate for example.
        case tls
        /// The file, or the whole tree, became another one between two requests.
        case changed
        /// More redirects than allowed.
        case tooManyRedirects
        /// A redirect to where the request has been already.
        case redirectCircle
        /// A redirect from https to http, or to something that is neither.
        case insecureRedirect
        /// A file larger than the limit for its kind.
        case tooLarge
        /// The bytes are not those that `[checksums]` names.
        case checksumMismatch
        /// `.treeinfo`, or the medium, is not the one that the recipe pins.
        case pinMismatch
        /// Nothing vouches for what came over plain http.
        case unverifiedTree
        /// A file that is no ISO 9660 image, or a damaged one.
        case notAnISO
        /// A CHECKSUM file with an error in it; `line` says where.
        case malformedChecksums
        /// A CHECKSUM file without the medium.
        case missingChecksum
        /// A CHECKSUM file that is not signed by the key, or not as it was signed.
        case badSignature
        /// A file that is no OpenPGP public key.
        case badKey
        /// A name that an ISO 9660 volume cannot have.
        case badVolumeID
        /// A program that is not installed.
        case toolMissing
        /// A program that failed.
        case toolFailed
        /// No space left on the file system, or over quota.
        case diskFull
        /// The file system forbids it.
        case permissionDenied
        /// Any other input/output error.
        case io
        /// The task was cancelled; temporary files are gone.
        case cancelled
    }

    /// What went wrong.
    public let code: Code
    /// The URL (without user information) or the path it is about.
    public let location: String
    /// The line in the treeinfo or CHECKSUM file, from 1; only with `malformedTreeinfo`, `notTreeinfo`, `unsafePath` and
    /// `malformedChecksums`.
    public let line: Int?
    /// The column in that line in characters, from 1; only where there is a line.
    public let column: Int?
    /// The HTTP status that the server answered with; only with `httpStatus`, `noTreeinfo` and `missingFile`.
    public let status: Int?
    /// What failed, lower case, without a full stop; names the location.
    public let message: String
    /// The cause in the words of the tool that reported it.
    public let cause: String?
    /// What to do next.
    public let hint: String?
    /// How long the server asks to wait before another attempt (Retry-After); only with `httpStatus`.
    let retryAfter: Duration?

    init(
        _ code: Code,
        at location: String,
        line: Int? = nil,
        column: Int? = nil,
        status: Int? = nil,
        _ message: String,
        cause: String? = nil,
        hint: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.location = location.escapingControls
        self.line = line
        self.column = column
        self.status = status
        self.retryAfter = retryAfter
        self.message = message.escapingControls
        self.cause = cause?.escapingControls
        self.hint = hint?.escapingControls
    }

    /// The message on one line, followed by the cause where there is one.
    public var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    /// The exit status that fits: 65 the recipe asks for another tree, 66 the tree is missing or bad, 69 a host or a program
    /// is not there, 74 I/O of this machine, 75 try again, 77 not permitted, 130 interrupted.
    public var exitStatus: Int32 {
        switch code {
        case .wrongRelease, .badVolumeID, .pinMismatch, .unverifiedTree:
            65
        case .unsupportedSource, .noSuchDirectory, .notADirectory, .noTreeinfo, .notTreeinfo, .webPage, .notAFile,
            .malformedTreeinfo, .missingArchitecture, .unsafePath, .missingFile, .notAnISO, .malformedChecksums,
            .missingChecksum, .badKey, .badSignature, .checksumMismatch, .tooLarge, .wrongPart, .compressed,
            .tooManyRedirects, .redirectCircle, .insecureRedirect:
            66
        case .httpStatus:
            switch status {
            case let status? where Self.isTemporary(status: status): 75
            // The proxy's word, not the tree's.
            case 407: 69
            default: 66
            }
        case .nameNotFound, .unreachable, .refused, .tls, .toolMissing:
            69
        case .connectTimeout, .readTimeout, .connectionLost, .truncated, .tooSlow, .changed:
            75
        case .diskFull, .io, .toolFailed:
            74
        case .permissionDenied:
            77
        case .cancelled:
            130
        }
    }

    /// True for an HTTP status that asks to come back later (429 and 5xx).
    static func isTemporary(status: Int) -> Bool { status == 429 || (500...599).contains(status) }
}

extension TreeError {
    static func cancelled(_ location: String) -> TreeError {
        TreeError(.cancelled, at: location, "interrupted: \(location)")
    }

    /// The error for a failed system call on a file.
    ///
    /// - Parameters:
    ///   - errno: the call's errno, read before anything else could change it.
    ///   - path: the file or directory.
    ///   - action: what was being done, as in "cannot write".
    static func file(_ errno: Errno, _ path: FilePath, _ action: String) -> TreeError {
        let cause = errno.description
        let place = path.string
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            return TreeError(
                .diskFull,
                at: place,
                "\(action) \(place)",
                cause: cause,
                hint: "free some space there, or move everything elsewhere with IMAGEBAKE_HOME"
            )
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            return TreeError(
                .permissionDenied,
                at: place,
                "\(action) \(place)",
                cause: cause,
                hint: "check the owner and the mode of the file and of the directories above it"
            )
        case .noSuchFileOrDirectory, .notDirectory:
            return TreeError(.missingFile, at: place, "\(action) \(place)", cause: cause)
        default:
            return TreeError(.io, at: place, "\(action) \(place)", cause: cause)
        }
    }
}
