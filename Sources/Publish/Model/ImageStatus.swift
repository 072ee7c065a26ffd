/// The state of an image; Glance calls it `status` (glance/domain, `valid_state_targets`).
public enum ImageStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// It has no bytes yet.
    case queued
    /// Its bytes are coming in.
    case saving
    /// Its bytes are coming in, or are there, in the staging area.
    case uploading
    /// Its staged bytes are on their way into a store.
    case importing
    /// Complete and usable.
    case active
    /// Complete, and nobody but an administrator may have its bytes.
    case deactivated
    /// Its upload failed; an older Glance leaves it so.
    case killed
    /// It will be deleted after a time that the operator set.
    case pendingDelete = "pending_delete"
    /// It was deleted.
    case deleted
}
