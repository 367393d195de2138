/** Netuids stay below this, so that an index names both the subnet and the mechanism. */
const subnets = 4_096
const u16Max = 65_535

/** Where a mechanism's weights, bonds, incentive and updates are stored: mechanism x 4096 + netuid. Mechanism 0 is the subnet's own index. */
export function storageIndex(netuid: number, mechanism: number): number {
  return Math.min(mechanism * subnets + netuid, u16Max)
}

/** The subnet of such an index. */
export function netuidOf(index: number): number {
  return index % subnets
}
