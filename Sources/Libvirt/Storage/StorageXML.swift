import Foundation
import FoundationXML
import SystemPackage

/// The documents in which libvirt and we speak of storage (libvirt, docs/formatstorage.rst).
enum StorageXML {
    static func pool(name: String, directory: FilePath) -> String {
        let target = XMLElement(name: "target")
        target.addChild(XMLElement(name: "path", stringValue: directory.string))
        target.addChild(permissions("0711"))
        let pool = XMLElement(name: "pool")
        pool.setAttributesWith(["type": "dir"])
        pool.addChild(XMLElement(name: "name", stringValue: name))
        pool.addChild(target)
        return pool.xmlString
    }

    static func volume(name: String, format: StorageFormat, capacity: Int64) -> String {
        let target = XMLElement(name: "target")
        let type = XMLElement(name: "format")
        type.setAttributesWith(["type": format.rawValue])
        target.addChild(type)
        // libvirt's own choice is the format of 2010.
        if format == .qcow2 { target.addChild(XMLElement(name: "compat", stringValue: "1.1")) }
        target.addChild(permissions("0600"))
        let volume = XMLElement(name: "volume")
        volume.addChild(XMLElement(name: "name", stringValue: name))
        volume.addChild(bytes("capacity", capacity))
        volume.addChild(bytes("allocation", 0))
        volume.addChild(target)
        return volume.xmlString
    }

    /// The text of the first element on a path such as `target/path`; nil where there is none.
    static func text(_ path: String, in xml: String) -> String? {
        nodes(path, in: xml).first?.stringValue
    }

    static func nodes(_ path: String, in xml: String) -> [XMLNode] {
        guard let document = try? XMLDocument(xmlString: xml), let root = document.rootElement() else { return [] }
        return (try? root.nodes(forXPath: path)) ?? []
    }

    private static func permissions(_ mode: String) -> XMLElement {
        let permissions = XMLElement(name: "permissions")
        permissions.addChild(XMLElement(name: "mode", stringValue: mode))
        return permissions
    }

    private static func bytes(_ name: String, _ count: Int64) -> XMLElement {
        let element = XMLElement(name: name, stringValue: String(count))
        element.setAttributesWith(["unit": "bytes"])
        return element
    }
}
