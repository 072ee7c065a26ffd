/// A processor architecture, by the name that the kernel gives it.
public enum Architecture: String, CaseIterable, Sendable {
    /// 64-bit PC.
    case x86_64

    /// 64-bit Arm.
    case aarch64
}
