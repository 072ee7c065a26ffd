import Yams

extension RecipeReader {
    /// Reads `sysprep`.
    var sysprep: ValueReader<Recipe.Sysprep> {
        .mapping(standIn: Recipe.Sysprep(enable: [], disable: [], allow: [], shrink: false)) { section in
            let sysprep = Recipe.Sysprep(
                enable: section.value("enable", .distinctList(operation), default: []),
                disable: section.value("disable", .distinctList(operation), default: []),
                allow: section.value("allow", .distinctList(.text(.guestFiles)), default: []),
                shrink: section.value("shrink", .flag, default: false)
            )
            for operation in sysprep.enable where !operation.isEmpty && sysprep.disable.contains(operation) {
                section.report("operation \(Quoted(operation)) is both enabled and disabled", at: "disable")
            }
            return sysprep
        }
    }

    private var operation: ValueReader<String> {
        let name = ValueReader<String>.text(.operation)
        let schema = { sysprepOperations.map { ValueSchema.words($0.sorted()) } ?? name.schema }
        return ValueReader(standIn: "", schema: schema()) { node, path, context in
            let name = name.read(node, at: path, context)
            guard let known = sysprepOperations, !name.isEmpty, !known.contains(name) else { return name }
            let hint =
                NearestWord.of(name, among: known).map { "did you mean '\($0)'?" }
                ?? "known are " + known.sorted().joined(separator: ", ")
            context.report("unknown sysprep operation \(Quoted(name)) in '\(path)'", at: node, hint: hint)
            return ""
        }
    }

    /// Reads `outputs`.
    var outputs: ValueReader<[Recipe.Output]> {
        let standIn = Recipe.Output(format: .qcow2, compression: .zstd)
        let output = ValueReader.mapping(standIn: standIn) { section in
            let format = section.required("format", .choice(standIn: Recipe.Output.Format.qcow2))
            let standard: Recipe.Output.Compression = format == .qcow2 ? .zstd : .none
            let compression = section.value("compression", .choice(standIn: standard), default: standard)
            if format != .qcow2, compression != .none {
                section.report(
                    "\(format == .raw ? "a raw" : "an ami") image cannot be compressed",
                    at: "compression",
                    hint: "leave 'compression' out"
                )
            }
            return Recipe.Output(format: format, compression: compression)
        }
        return list(of: output, standIn: [standIn], noun: "output") { $0 == $1 }
    }

    /// Reads `publish`.
    var publications: ValueReader<[Recipe.Publication]> {
        let standIn = Recipe.Publication(
            registry: .local,
            name: nil,
            visibility: .private,
            protected: false,
            tags: [],
            properties: [:],
            minRAM: nil
        )
        let publication = ValueReader.mapping(standIn: standIn) { section in
            let publication = Recipe.Publication(
                registry: .init(
                    name: section.value("registry", .text(.registry), default: Recipe.Publication.Registry.local.name)
                ),
                name: section.optional("name", .text(.name)),
                visibility: section.value("visibility", .choice(standIn: .private), default: .private),
                protected: section.value("protected", .flag, default: false),
                tags: section.value("tags", .distinctList(.text(.imageText), atMost: ImageLimits.tags), default: []),
                properties: section.value("properties", properties, default: [:]),
                minRAM: section.optional("min_ram", .guestMemory),
                keep: section.optional("keep", .integer(in: 1...100)),
                retire: section.value("retire", .choice(standIn: .hide), default: .hide),
                store: section.optional("store", .text(.store)),
                format: section.optional("format", .choice(standIn: .qcow2)),
                profile: section.optional("profile", .choice(standIn: .scs0102))
            )
            checkRotation(of: publication, in: section)
            return publication
        }
        return list(of: publication, standIn: [standIn], noun: "publication") { $0 == $1 }
    }

    /// Reports what a rotation could not do.
    private func checkRotation(of publication: Recipe.Publication, in section: MappingReader) {
        guard section.node(for: "retire") != nil else { return }
        guard publication.keep != nil else {
            return section.report(
                "'\(section.path(of: "retire"))' has no effect without 'keep'",
                at: "retire",
                hint: "say how many images are kept, such as keep: 3"
            )
        }
        switch publication.retire {
        case .delete where publication.protected:
            section.report(
                "'\(section.path(of: "retire"))' cannot be 'delete' for images that are protected",
                at: "retire",
                hint: "leave 'protected' out, or use hide"
            )
        case .community where publication.visibility != .public:
            section.report(
                "'\(section.path(of: "retire"))' cannot be 'community' where the images are "
                    + "\(publication.visibility.rawValue)",
                at: "retire",
                hint: "it takes public images out of everybody's list; use hide"
            )
        default: break
        }
    }

    /// Reports images that would take the same name from each other.
    func checkNames(of recipe: Recipe, in top: MappingReader) {
        let formats = recipe.outputs.map(\.format)
        for (index, publication) in recipe.publish.enumerated() {
            let place = top.node(for: "publish")?.element(index) ?? top.node
            func isSameName(_ other: Recipe.Publication) -> Bool {
                other.registry == publication.registry
                    && (other.name ?? recipe.name) == (publication.name ?? recipe.name)
            }
            let others = recipe.publish[..<index].filter(isSameName)
            if others.contains(where: { $0.keep != nil || publication.keep != nil }) {
                context.report(
                    "'publish[\(index)]' takes the name '\(publication.name ?? recipe.name)' from another image of this recipe",
                    at: place,
                    hint: "with 'keep' a name means one image: give them different names"
                )
            }
            if publication.keep != nil, publication.format == nil, Set(formats).count < formats.count {
                context.report(
                    "'publish[\(index)].keep' counts two images of one format as two bakes",
                    at: place,
                    hint: "with 'keep' the outputs must be of different formats"
                )
            }
        }
    }

    /// Reads a list that has at least one value and none twice.
    private func list<Value>(
        of reader: ValueReader<Value>,
        standIn: [Value],
        noun: String,
        same: @escaping (Value, Value) -> Bool
    ) -> ValueReader<[Value]> {
        let list = ValueReader.list(reader, atMost: 64)
        let schema = { ValueSchema.list(reader.schema, atLeast: 1, atMost: 64, isDistinct: true) }
        return ValueReader(standIn: standIn, schema: schema()) { node, path, context in
            let before = context.diagnostics.count
            let values = list.read(node, at: path, context)
            guard context.diagnostics.count == before else { return standIn }
            if values.isEmpty { context.report("'\(path)' is empty", at: node, hint: "leave it out for the default") }
            for (index, value) in values.enumerated() where values[..<index].contains(where: { same($0, value) }) {
                context.report("the same \(noun) stands twice in '\(path)'", at: node.element(index))
            }
            return values
        }
    }

    /// Reads a mapping of free names to texts.
    private var properties: ValueReader<[String: String]> {
        let rule = TextRule.propertyName
        let schema = {
            ValueSchema.names(
                requirement: rule.requirement,
                pattern: rule.pattern,
                values: TextRule.propertyValue.schema,
                atMost: ImageLimits.properties
            )
        }
        return ValueReader(standIn: [:], schema: schema()) { node, path, context in
            guard case .mapping(let mapping) = node else {
                context.report("'\(path)' must be a mapping of names to texts, not \(node.kindInWords)", at: node)
                return [:]
            }
            guard mapping.count <= ImageLimits.properties else {
                let limit = "at most \(ImageLimits.properties) are taken"
                context.report("'\(path)' has \(mapping.count) entries; \(limit)", at: node)
                return [:]
            }
            var properties: [String: String] = [:]
            for (key, value) in mapping {
                let name = ValueReader<String>.text(.propertyName).read(key, at: "\(path) (a name)", context)
                if name.isEmpty || name.unicodeScalars.first == YAMLLines.renamed { continue }
                if let refusal = ImageLimits.refusal(ofProperty: name) {
                    context.report("the property \(Quoted(name)) in '\(path)' \(refusal)", at: key)
                }
                properties[name] = ValueReader<String>.text(.propertyValue).read(value, at: "\(path).\(name)", context)
            }
            for finding in propertyJudge?(properties) ?? [] {
                let place = mapping.first { $0.key.string == finding.property }?.value ?? node
                if finding.isError {
                    context.report("\(finding.message) in '\(path)'", at: place)
                } else {
                    context.warn("\(finding.message) in '\(path)'", at: place, code: Diagnostic.property)
                }
            }
            return properties
        }
    }
}
