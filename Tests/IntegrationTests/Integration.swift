import Testing

/// The real binary against real libvirt, QEMU and libguestfs, one test after another: they share one machine, and guests that
/// are translated need all of it.
@Suite("imagebake", .serialized, .timeLimit(.minutes(40)))
enum Integration {}
