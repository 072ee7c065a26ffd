import DiskImages
import Foundation
import Publish
import TestSupport
import Testing

/// Who may see, change, share, download and delete what: real Glance and the local registry are asked the same questions.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct MatrixTests {
    // The newest Glance's defaults are the contract; Debian's, from before secure roles, is known to differ (AccessTests).
    @Test func `the local registry answers every user as Glance does, cell by cell`() async throws {
        guard let lab = try await Lab() else { return }
        let file = try lab.file(1000)
        let mark = lab.name("matrix")

        let local = MatrixRun(
            projects: Dictionary(uniqueKeysWithValues: MatrixUser.projects.map { ($0, $0) }),
            stranger: "elsewhere",
            store: "local",
            file: file,
            mark: mark,
            registries: Dictionary(
                uniqueKeysWithValues: MatrixUser.all.map { user in
                    let actor = LocalActor(project: user.project, role: user.role)
                    return (user, LocalRegistry(root: lab.scratch.appending("registry"), actor: actor))
                }
            )
        )
        async let ours = local.answers()

        var clouds: [MatrixUser: GlanceRegistry] = [:]
        for user in MatrixUser.all { clouds[user] = try GlanceRegistry(lab.cloud("\(user)"), environment: [:]) }
        let glance = MatrixRun(
            projects: lab.lab.projects,
            stranger: lab.lab.project("elsewhere/red"),
            store: lab.lab.stores[0],
            file: file,
            mark: mark,
            registries: clouds
        )
        let theirs: Result<[MatrixCell: String], any Error>
        do { theirs = .success(try await glance.answers()) } catch { theirs = .failure(error) }
        for cloud in clouds.values { await cloud.close() }

        let (left, right) = (try theirs.get(), try await ours)
        #expect(left.count > 2500, "the table is smaller than it was: \(left.count)")
        #expect(Set(left.keys) == Set(right.keys))
        let differing = left.filter { right[$0.key] != $0.value }
            .map { "\($0.key): Glance says \($0.value), the local registry \(right[$0.key] ?? "nothing")" }.sorted()
        #expect(
            differing.isEmpty,
            "\(differing.count) of \(left.count) cells differ:\n\(differing.joined(separator: "\n"))"
        )
        // What is asked must be able to differ from user to user.
        #expect(Set(left.values).isSuperset(of: ["yes", "no", "403", "404", "409"]))
    }
}
