import Testing

/// The real binary as in ``Integration``, each test in a home of its own: two at a time fill the pauses in which guests wait.
@Suite("imagebake, side by side", .timeLimit(.minutes(40)))
enum SideBySide {}
