import SystemPackage
import Testing

@testable import Recipes

/// What is said about templates that are wrong, and what right ones render to.
@Suite("Templates")
struct TemplateTests {
    private static let start = "{{% CONTENT_TYPE:KICKSTART}}\n"

    /// Templates for the kickstart of EL7 and what must be said about each, with `ks` for the path of the file.
    static let wrong: [(template: String, message: String)] = [
        (start + "lang {{lcale}}\n", "ks:2: nobody defines 'lcale'; did you mean 'locale'?"),
        (
            start + "{{#users}}\n{{nam}} {{foo}}\n{{/users}}\n{{bar}}",
            "ks:3: nobody defines 'nam'; did you mean 'name'?\nks:3: nobody defines 'foo'\nks:5: nobody defines 'bar'"
        ),
        (start + "{{#never}}{{nothing}}{{/never}}", "ks:2: nobody defines 'never'\nks:2: nobody defines 'nothing'"),
        (start + "{{name}}", "ks:2: nobody defines 'name'"),
        (start + "{{> kickstart/nothing}}", "ks:2: there is no partial 'kickstart/nothing'"),
        (start + "{{> *locale}}", "ks:2: dynamic partials are not supported"),
        (start + "{{> kickstart/el7.ks}}", "ks:2: partial 'kickstart/el7.ks' includes itself"),
        ("\nlang {{locale}}\n", "ks:2: the first tag must say the content type, such as {{% CONTENT_TYPE:KICKSTART}}"),
        ("{{% CONTENT_TYPE:HTML}}", "ks:1: '%' must be CONTENT_TYPE:X with X one of KICKSTART, SHELL, YAML, TEXT"),
        ("{{% FOO:BAR}}", "ks:1: '%' must be CONTENT_TYPE:X with X one of KICKSTART, SHELL, YAML, TEXT"),
        (
            start + "{{timezone.name}}",
            "ks:2: 'timezone.name' is not a name; functions and dotted names are not supported"
        ),
        (
            start + "{{uppercased(locale)}}",
            "ks:2: 'uppercased(locale)' is not a name; functions and dotted names are not supported"
        ),
        (start + "{{}}", "ks:2: '' is not a name; functions and dotted names are not supported"),
        (start + "{{.}}", "ks:2: '.' is not a name; functions and dotted names are not supported"),
        (start + "{{locale", "ks:2: a tag is not closed with '}}'"),
        (start + "{{{locale}}", "ks:2: a tag is not closed with '}}}'"),
        (start + "{{#x11}}\n", "ks:2: section 'x11' is not closed"),
        (start + "{{#x11}}{{/x12}}\n", "ks:2: {{/x12}} closes no section of that name"),
        (start + "{{/x11}}\n", "ks:2: {{/x11}} closes no section of that name"),
        (start + "{{<locale}}{{/locale}}", "ks:2: inheritance ('<', '$') is not supported"),
        (start + "{{$locale}}{{/locale}}", "ks:2: inheritance ('<', '$') is not supported"),
        (start + "{{x11}}", "ks:2: 'x11' must stand in three braces"),
        (start + "{{users}}", "ks:2: 'users' is a list and can only be a section"),
        (start + "{{#locale}}{{/locale}}", "ks:2: 'locale' is text and cannot be a section"),
        (start + "{{#post}}{{script}}{{/post}}", "ks:2: 'script' must stand in three braces"),
        (start + "{{=<% %>=}}<%{locale}%>", "ks:2: '{' is not supported with other delimiters; use '&'"),
        (start + "{{=<%=}}", "ks:2: a change of delimiters must name two"),
    ]

    @Test("each wrong template has its exact message", arguments: wrong.indices)
    func message(_ index: Int) throws {
        let (template, expected) = Self.wrong[index]
        let error = #expect(throws: RenderError.self) { try Self.render(template) }
        #expect(error?.message == expected)
        #expect(error?.exitStatus == 78)
        #expect(error?.file == "ks")
    }

    /// Templates and what they render to.
    static let right: [(template: String, text: String)] = [
        (start + "{{locale}} {{{locale}}} {{&locale}}\n", "en_US.UTF-8 en_US.UTF-8 en_US.UTF-8\n"),
        (start + "{{! {{#not}} a tag }}\nx\n", " a tag }}\nx\n"),
        (start + "{{#x11}}x{{/x11}}{{^x11}}no x{{/x11}} {{{x11}}}\n", "no x false\n"),
        (start + "{{=<% %>=}}<% locale %> {{ literal }} <%&locale%>\n", "en_US.UTF-8 {{ literal }} en_US.UTF-8\n"),
        (start + "{{#timezone_utc}}{{=<% %>=}}<%locale%><%/timezone_utc%>{{locale}}", "en_US.UTF-8en_US.UTF-8"),
        (start + "{{#bootloader_append}}{{arguments}}{{/bootloader_append}}\n", "\"crashkernel=auto a='b'\"\n"),
        (
            start
                + "{{#bootloader_append}}{{% CONTENT_TYPE:SHELL}}{{arguments}}{{% CONTENT_TYPE:YAML}} {{arguments}}{{/bootloader_append}}",
            "'crashkernel=auto a='\\''b'\\''' \"crashkernel=auto a='b'\""
        ),
        (
            start + "{{#repositories}}{{name}}={{locale}} {{/repositories}}\n",
            "updates=en_US.UTF-8 extras=en_US.UTF-8 epel=en_US.UTF-8 \n"
        ),
        (start + "R&D <x> {{root_password_hash}}", "R&D <x> '\(RenderValues.sample.rootPasswordHash)'"),
    ]

    @Test("each right template has its text", arguments: right.indices)
    func text(_ index: Int) throws {
        let (template, expected) = Self.right[index]
        #expect(try Self.render(template) == expected)
    }

    @Test("a template of the recipe's own is used, and is the recipe's fault")
    func ownTemplate() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("{{% CONTENT_TYPE:KICKSTART}}\nlang {{locale}}\n".utf8, to: "own.ks")
        let text = "version: 1\nname: web\nos: debian12\ninstall: {kickstart_template: own.ks}\n"
        let recipe = try RecipeLoader().load(directory.write(text.utf8, to: "web.recipe"))
        let renderer = try Repository.renderer()
        #expect(try renderer.render(recipe, .sample).kickstart.hasPrefix("lang C.UTF-8\n\n%onerror\n"))
        _ = try directory.write("{{% CONTENT_TYPE:KICKSTART}}\nlang {{nobody}}\n".utf8, to: "own.ks")
        let wrong = try RecipeLoader().load(directory.path.appending("web.recipe"))
        let error = #expect(throws: RenderError.self) { try renderer.render(wrong, .sample) }
        #expect(error?.message == "\(directory.path)/own.ks:2: nobody defines 'nobody'")
        #expect(error?.exitStatus == 65)
    }

    @Test("a directory without templates is said to be one")
    func noTemplates() throws {
        let directory = try TemporaryDirectory()
        let none = directory.path.appending("none")
        let missing = #expect(throws: RenderError.self) { try Renderer(templates: none) }
        #expect(missing?.message == "cannot read the template directory \(none): No such file or directory")
        let empty = try Renderer(templates: directory.path)
        let recipe = try ShippedRecipe.centos7.load()
        let error = #expect(throws: RenderError.self) { try empty.render(recipe, .sample) }
        #expect(error?.message == "there is no template 'kickstart/el7.ks'")
        #expect(error?.code == .noSuchTemplate)
    }

    @Test("every template that ships says its content type first")
    func shippedTemplates() throws {
        for file in try TemplateFiles.list(Repository.templates) {
            let text = try TemplateFiles.read(Repository.templates.pushing(file))
            #expect(text.hasPrefix("{{% CONTENT_TYPE:"), "\(file)")
        }
    }

    /// Renders a text as the kickstart template of EL7.
    private static func render(_ template: String) throws -> String {
        var recipe = try ShippedRecipe.centos7.load()
        recipe.system.bootloader.append = ["crashkernel=auto", "a='b'"]
        let name = "kickstart/el7.ks"
        let store = TemplateStore([name: .init(file: "ks", text: template)])
        return try store.render(#require(try store.template(named: name)), with: try .kickstart(recipe, .sample))
    }
}
