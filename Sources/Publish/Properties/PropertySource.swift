/// Who gives a property its meaning.
public enum PropertySource: String, Sendable, Hashable, CaseIterable {
    /// Nova: nova/objects/image_meta.py, `ImageMetaProps` 1.44, and nova/objects/fields.py of release 34 (2026.2).
    case nova
    /// Nova under an older name, which it still reads: `_legacy_property_map` in the same file.
    case novaLegacy = "nova, older name"
    /// Glance: doc/source/admin/useful-image-properties.rst, etc/schema-image.json and etc/metadefs.
    case glance
    /// Cinder, which writes it when it makes an image of a volume: etc/metadefs/storage-volume-type.json and cinder's key manager.
    case cinder
    /// Ironic, for machines without a hypervisor.
    case ironic
    /// Sovereign Cloud Stack: scs-0102-v1-image-metadata.
    case scs = "scs-0102"
}
