public import ArgumentParser
public import Inventory
public import Pipeline

extension ImageInspection.Format: ExpressibleByArgument {}
extension BillOfMaterials.Form: ExpressibleByArgument {}
