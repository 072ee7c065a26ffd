import Foundation
import FoundationNetworking
import Publish
import TestSupport
import Testing

extension Lab {
    /// Revokes a token, which Glance learns of at once.
    func revoke(_ token: Secret) async throws {
        let (status, _) = try await keystone("DELETE", "/auth/tokens", token: token, subject: token)
        try #require(status == 204)
    }

    /// Makes an application credential of a user.
    func applicationCredential(_ user: String) async throws -> (id: String, name: String, secret: Secret) {
        let token = try await with(user) { try #require(try await $0.session.token()).value }
        let name = name("credential")
        let body = #"{"application_credential": {"name": "\#(name)"}}"#
        let path = "/users/\(lab.userID(user))/application_credentials"
        let (status, answer) = try await keystone("POST", path, token: token, body: body)
        try #require(status == 201)
        struct Answer: Decodable {
            struct Credential: Decodable {
                let id: String
                let secret: String
            }
            let application_credential: Credential
        }
        let credential = try JSONDecoder().decode(Answer.self, from: answer).application_credential
        return (credential.id, name, Secret(credential.secret))
    }

    private func keystone(
        _ method: String,
        _ path: String,
        token: Secret,
        subject: Secret? = nil,
        body: String? = nil
    ) async throws -> (Int, Data) {
        var request = URLRequest(url: try #require(URL(string: lab.identity + path)))
        request.httpMethod = method
        request.setValue(token.value, forHTTPHeaderField: "X-Auth-Token")
        if let subject { request.setValue(subject.value, forHTTPHeaderField: "X-Subject-Token") }
        if let body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }
}
