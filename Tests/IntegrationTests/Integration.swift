import Testing

/// The real binary against real libvirt, QEMU and libguestfs, one test after another: they share one home, or measure how long something
/// takes, and guests that are translated need the whole machine for that.
@Suite("imagebake", .serialized, .timeLimit(.minutes(40)))
enum Integration {}
