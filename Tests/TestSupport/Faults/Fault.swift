/// One thing that goes wrong between a client and a Glance.
package struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// The requests of a publication.
    package enum Step: String, Sendable, CaseIterable {
        /// `POST /v2/images`.
        case create
        /// `PUT /v2/images/ID/file`.
        case upload
        /// `GET /v2/images/ID`.
        case look
        /// `PATCH /v2/images/ID`.
        case change
        /// `GET /v2/images/ID/file`.
        case download
        /// `GET /v2/images`.
        case list
        /// Anything else.
        case other
    }

    /// What happens; bytes are those of the request's body.
    package enum Kind: Sendable, Hashable {
        /// The connection is reset after so many bytes.
        case cut(after: Int)
        /// No more bytes are taken after so many.
        case stall(after: Int)
        /// A status is answered after so many bytes, and the server has lost the connection.
        case refuse(status: Int, after: Int)
        /// The server gets everything and does it; the client is told another status.
        case tell(status: Int)
        /// The server gets everything and does it, and the connection is reset in the place of an answer.
        case dropAnswer
        /// The server gets everything and does it, and the client hears nothing.
        case silence
        /// The server gets everything twice, and the client the second answer.
        case duplicate
        /// A byte comes in as another.
        case corrupt(at: Int)
        /// So many bytes at the end are lost, and the length says so.
        case shorten(by: Int)
        /// A web page comes in the place of an answer, with the status 200, and the server hears nothing.
        case page
        /// The answer says another number of bytes.
        case wrongSize
        /// The answer says another digest.
        case wrongDigest
        /// The answer ends in its middle.
        case cutAnswer
        /// The connection is reset after so many bytes, and no other one comes about until ``FaultProxy/heal()``.
        case outage(after: Int)
    }

    /// At which request.
    package let step: Step
    /// What.
    package let kind: Kind
    /// At how many of these requests, from the first one on that is not passed over.
    package let times: Int
    /// How many of these requests go well before.
    package let spared: Int

    /// Creates one.
    package init(_ step: Step, _ kind: Kind, times: Int = 1, after spared: Int = 0) {
        (self.step, self.kind, self.times, self.spared) = (step, kind, times, spared)
    }

    /// As a table calls it.
    package var description: String {
        let request =
            switch step {
            case .create: "creating it"
            case .upload: "the upload"
            case .look: "looking at it"
            case .change: "changing it"
            case .download: "the download"
            case .list: "listing"
            case .other: "another request"
            }
        let each = times == 1 ? "" : times == .max ? ", each time" : ", \(times) times"
        return "\(request): \(words)\(each)" + (spared == 0 ? "" : ", after \(spared) that went well")
    }

    private var words: String {
        func place(_ bytes: Int) -> String { bytes == 0 ? "before its first byte" : "after \(bytes) bytes" }
        return switch kind {
        case .cut(let bytes): "reset \(place(bytes))"
        case .stall(let bytes): "stalls \(place(bytes))"
        case .refuse(let status, let bytes): "\(status) \(place(bytes))"
        case .tell(let status): "done, and \(status) answered"
        case .dropAnswer: "done, and reset before the answer"
        case .silence: "done, and never answered"
        case .duplicate: "arrives twice"
        case .corrupt: "one byte altered"
        case .shorten(let bytes): "\(bytes) bytes short"
        case .page: "a web page with status 200"
        case .wrongSize: "a wrong size answered"
        case .wrongDigest: "a wrong digest answered"
        case .cutAnswer: "half an answer"
        case .outage(let bytes): "the network is gone \(place(bytes))"
        }
    }
}

extension Fault {
    /// Those that a publication must survive: after each of them and a second run there is one image, whole and right.
    ///
    /// They are for a file of some megabytes.
    package static let publication: [Fault] = [
        Fault(.create, .cut(after: 0)),
        Fault(.create, .refuse(status: 503, after: 0)),
        Fault(.create, .tell(status: 502)),
        Fault(.create, .dropAnswer),
        Fault(.create, .duplicate),
        Fault(.create, .page),
        Fault(.create, .cutAnswer),
        Fault(.upload, .cut(after: 0)),
        Fault(.upload, .cut(after: 1_000_000)),
        Fault(.upload, .cut(after: 1_000_000), times: .max),
        Fault(.upload, .stall(after: 1_000_000)),
        Fault(.upload, .refuse(status: 401, after: 0)),
        Fault(.upload, .refuse(status: 401, after: 1_000_000)),
        Fault(.upload, .refuse(status: 409, after: 1_000_000)),
        Fault(.upload, .refuse(status: 413, after: 1_000_000)),
        Fault(.upload, .refuse(status: 429, after: 0)),
        Fault(.upload, .refuse(status: 500, after: 1_000_000)),
        Fault(.upload, .refuse(status: 502, after: 1_000_000)),
        Fault(.upload, .refuse(status: 503, after: 0)),
        Fault(.upload, .tell(status: 502)),
        Fault(.upload, .dropAnswer),
        Fault(.upload, .silence),
        Fault(.upload, .duplicate),
        Fault(.upload, .corrupt(at: 1_000_000)),
        Fault(.upload, .shorten(by: 512)),
        Fault(.upload, .page),
        Fault(.look, .wrongSize, times: .max),
        Fault(.look, .wrongDigest, times: .max),
        Fault(.look, .cutAnswer),
        Fault(.change, .cut(after: 0)),
        Fault(.change, .tell(status: 500)),
    ]

    /// Those that a rotation meets besides, where an earlier image gives the name up.
    package static let rotation: [Fault] = [
        Fault(.list, .refuse(status: 503, after: 0)),
        Fault(.list, .page),
        Fault(.list, .cutAnswer),
        Fault(.list, .outage(after: 0)),
        Fault(.list, .outage(after: 0), after: 4),
        Fault(.list, .outage(after: 0), after: 8),
        Fault(.change, .cut(after: 0), after: 1),
        Fault(.change, .tell(status: 500), after: 1),
        Fault(.change, .dropAnswer, after: 1),
        Fault(.change, .outage(after: 0), after: 1),
    ]

    /// Those after which nothing can be taken back: the next run finds what is left.
    package static let outages: [Fault] = [
        Fault(.create, .outage(after: 0)),
        Fault(.upload, .outage(after: 1_000_000)),
        Fault(.change, .outage(after: 0)),
    ]
}
