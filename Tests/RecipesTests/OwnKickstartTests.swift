import SystemPackage
import Testing

@testable import Recipes

/// Kickstarts of the user's own: what is refused in them, and what is put into them.
@Suite("Own kickstarts")
struct OwnKickstartTests {
    private static let right = """
        poweroff
        %packages
        %end
        %post
        echo @{stamp} >/etc/imagebake-stamp
        %end

        """

    /// Changes to the right one, and what is said.
    static let wrong: [(old: String, new: String, problem: String)] = [
        ("poweroff\n", "", "1: there is no poweroff, so the install would never end"),
        ("poweroff\n", "# poweroff\n", "1: there is no poweroff, so the install would never end"),
        ("poweroff", "poweroff\nreboot", "2: 'reboot' would not switch the guest off; write poweroff"),
        ("poweroff", "poweroff\nhalt", "2: 'halt' would not switch the guest off; write poweroff"),
        ("poweroff", "%end\npoweroff", "1: '%end' ends no section"),
        ("%packages\n%end\n", "%packages\n", "2: '%packages' has no %end before '%post'"),
        ("stamp\n%end\n", "stamp\n", "4: '%post' has no %end"),
        ("@{stamp}", "@{stmap}", "7: the last %post must write @{stamp} to /etc/imagebake-stamp"),
        ("/etc/imagebake-stamp", "/etc/other", "7: the last %post must write @{stamp} to /etc/imagebake-stamp"),
        ("%post", "%pre", "7: the last %post must write @{stamp} to /etc/imagebake-stamp"),
        ("echo @", "# echo @", "7: the last %post must write @{stamp}"),
        ("echo @", "true # @", "7: the last %post must write @{stamp}"),
        ("poweroff", "rootpw '@{secret:e}'\npoweroff", "1: '@{secret:e}' stands in quotes; a value is a quoted word"),
        ("poweroff", "user --name=\"a @{secret:e}\"\npoweroff", "1: '@{secret:e}' stands in quotes"),
        ("%post\n", "%post\nx=\"@{secret:e}\"\n", "5: '@{secret:e}' stands in quotes"),
        ("%post\n", "%post\ncat <<E\n@{secret:e}\nE\n", "6: '@{secret:e}' stands in a here-document"),
        ("%post\n", "%post\nx=$((@{secret:e}))\n", "5: '@{secret:e}' stands in an arithmetic expression"),
        ("@{stamp}", "'@{stamp}'", "5: '@{stamp}' stands in quotes"),
        ("%packages\n", "%packages\n@{secret:e}\n", "3: '@{secret:e}' stands in '%packages', which is no script"),
        (
            "%packages\n", "%pre --interpreter=/usr/bin/python3\nx = @{secret:e}\n%end\n%packages\n",
            "3: '@{secret:e}' stands in a script that 'python3' runs, which is no shell"
        ),
        ("stamp\n%end\n", "stamp\n%end\n%post\necho later\n%end\n", "10: the last %post must write @{stamp}"),
    ]

    @Test("each mistake is named with its line", arguments: wrong.indices)
    func mistake(_ index: Int) {
        let (old, new, problem) = Self.wrong[index]
        #expect(Self.right.contains(old))
        let kickstart = Recipe.OwnKickstart(path: "/own.ks", text: Self.right.replacing(old, with: new))
        #expect(kickstart.problems.contains { $0.hasPrefix(problem) }, "\(kickstart.problems)")
    }

    @Test("nothing is said against a right one")
    func rightOne() {
        #expect(Recipe.OwnKickstart(path: "/own.ks", text: Self.right).problems == [])
        let comments = Self.right.replacing("poweroff", with: "poweroff # '@{secret:e}'")
            .replacing("%post", with: "%post\n# '@{secret:e}'\nx=@{secret:e}\n[ @{secret:e} = \"$x\" ]")
        #expect(Recipe.OwnKickstart(path: "/own.ks", text: comments).problems == [])
        let shutdown = Self.right.replacing("poweroff", with: "shutdown")
        #expect(Recipe.OwnKickstart(path: "/own.ks", text: shutdown).problems == [])
    }

    @Test("placeholders are quoted for where they stand, and the rest stays byte for byte")
    func fill() throws {
        let text = """
            url --url=@{location} # @{nothing} @{ @{secret:} ${x} {{y}}
            user --name=a --password=@{secret:bob}
            poweroff
            %post
            x=@{secret:bob}y; echo @{stamp} @{root_password_hash} "${a[@]}"
            %end
            """
        let kickstart = Recipe.OwnKickstart(path: "/own.ks", text: text)
        #expect(kickstart.secretNames.map(\.name) == ["bob", "bob"])
        let values = RenderValues.sample
        let filled = try kickstart.filled(with: values)
        let bob = #"'it'\''s "$(reboot)" {{x}} ü'"#
        #expect(
            filled == """
                url --url=http://10.0.2.2:8080/tree # @{nothing} @{ @{secret:} ${x} {{y}}
                user --name=a --password=\(bob)
                poweroff
                %post
                x=\(bob)y; echo '\(values.stamp)' '\(values.rootPasswordHash)' "${a[@]}"
                %end
                """
        )
    }

    @Test("a secret that is missing or of several lines is refused without being shown")
    func secrets() throws {
        let kickstart = Recipe.OwnKickstart(path: "/own.ks", text: "user --password=@{secret:eve}\n")
        var values = RenderValues.sample
        let missing = #expect(throws: RenderError.self) { try kickstart.filled(with: values) }
        #expect(missing?.code == .missingSecret)
        #expect(missing?.message == "the secret 'eve' has no value")
        for secret in ["hunter2\nreboot", "", "hunter2\r", "hunter2\u{2028}"] {
            values.secrets["eve"] = secret
            let unfit = #expect(throws: RenderError.self) { try kickstart.filled(with: values) }
            #expect(unfit?.message == "the secret 'eve' is not one line of text")
        }
    }
}
