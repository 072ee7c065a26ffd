import Testing

@Suite("The command line")
struct CommandLineTests {
    @Test("Placeholder until the integration suite lands")
    func placeholder() {
        #expect(1 + 1 == 2)
    }
}
