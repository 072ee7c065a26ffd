import Foundation
import FoundationXML

/// What a domain document says, as a flat list: the path of each element and attribute, and its value.
///
/// The documents are those that libvirt has completed, so that two ways to say one thing are one here.
struct DomainFacts {
    /// The elements, each under a path in which those of one name are told apart by what identifies them.
    private(set) var elements: Set<String> = []
    /// The attributes and the texts.
    private(set) var values: [String: String] = [:]

    init(_ xml: String, location: String) throws {
        let document = try XMLDocument(xmlString: xml)
        guard let root = document.rootElement() else { return }
        add(root, at: "", location: location)
    }

    /// What the two say differently; of what only one has, the topmost element alone.
    static func differences(_ ours: DomainFacts, _ theirs: DomainFacts) -> Set<Difference> {
        var differences: Set<Difference> = []
        for path in ours.elements.symmetricDifference(theirs.elements) {
            let parent = path.split(separator: "/").dropLast().joined(separator: "/")
            guard parent.isEmpty || (ours.elements.contains(parent) && theirs.elements.contains(parent)) else {
                continue
            }
            let isOurs = ours.elements.contains(path)
            differences.insert(
                Difference(path: path, ours: isOurs ? "there" : "absent", theirs: isOurs ? "absent" : "there")
            )
        }
        for path in Set(ours.values.keys).union(theirs.values.keys) where ours.values[path] != theirs.values[path] {
            let element = path.split(separator: "/").dropLast().joined(separator: "/")
            guard element.isEmpty || (ours.elements.contains(element) && theirs.elements.contains(element)) else {
                continue
            }
            differences.insert(
                Difference(path: path, ours: ours.values[path] ?? "absent", theirs: theirs.values[path] ?? "absent")
            )
        }
        return differences
    }

    private mutating func add(_ element: XMLElement, at path: String, location: String) {
        if !path.isEmpty { elements.insert(path) }
        let prefix = path.isEmpty ? "" : path + "/"
        for attribute in element.attributes ?? [] {
            values["\(prefix)@\(attribute.name ?? "")"] = attribute.stringValue ?? ""
        }
        let children = (element.children ?? []).compactMap { $0 as? XMLElement }
        if path == "os/cmdline" { return addCommandLine(element.stringValue ?? "", location: location) }
        if children.isEmpty, let text = element.stringValue, !text.isEmpty {
            values["\(prefix)text()"] = Self.stable(text, at: path)
        }
        let ports = children.count { $0.name == "controller" && $0.attribute(forName: "type")?.stringValue == "pci" }
        if ports > 0 { values["\(prefix)controller[pci]/count()"] = ports >= 15 ? "15 or more" : "as needed" }
        for child in children {
            let name = child.name ?? ""
            // Addresses follow from the rest; PCI ports are counted above.
            if name == "address" || name == "metadata" { continue }
            let key = Self.key(of: child)
            if name == "controller", key == "pci" { continue }
            add(child, at: prefix + name + (key.map { "[\($0)]" } ?? ""), location: location)
        }
    }

    // The arguments by their names, and the order of those that stand on both sides is a fact too.
    private mutating func addCommandLine(_ line: String, location: String) {
        for argument in line.split(separator: " ") {
            let parts = argument.split(separator: "=", maxSplits: 1)
            // What only one of the two says is compared with its value too.
            let value = parts.count > 1 ? String(parts[1]).replacing(location, with: "LOCATION") : "there"
            let path = "os/cmdline/\(parts[0])"
            values[path] = values[path].map { "\($0) \(value)" } ?? value
        }
        let shared = ["inst.ks", "console", "inst.repo"]
        values["os/cmdline/order()"] = line.split(separator: " ").map { String($0.prefix { $0 != "=" }) }
            .filter(shared.contains).joined(separator: " ")
    }

    private static func key(of element: XMLElement) -> String? {
        func attribute(_ name: String, of element: XMLElement?) -> String? {
            element?.attribute(forName: name)?.stringValue
        }
        switch element.name {
        case "disk": return attribute("dev", of: element.elements(forName: "target").first)
        case "channel": return attribute("name", of: element.elements(forName: "target").first)
        case "controller", "input": return attribute("type", of: element)
        case "feature", "timer": return attribute("name", of: element)
        default: return nil
        }
    }

    // Where virt-install keeps the kernel while it runs, and where we do, is each one's own affair.
    private static func stable(_ text: String, at path: String) -> String {
        guard ["os/kernel", "os/initrd"].contains(path) else { return text }
        return String(text.split(separator: "/").last?.split(separator: "-").last ?? "")
    }
}

/// One thing that two documents say differently.
struct Difference: Hashable, Comparable, CustomStringConvertible {
    let path: String
    let ours: String
    let theirs: String

    var description: String { "\(path): ours '\(ours)', virt-install's '\(theirs)'" }

    static func < (left: Difference, right: Difference) -> Bool {
        (left.path, left.ours, left.theirs) < (right.path, right.ours, right.theirs)
    }
}
