/// What the receiver of a download threw: it is neither translated nor a reason for another attempt.
struct ReceiverError: Error {
    let cause: any Error
}
