const palletPart = Buffer.from('modlsubtensr', 'utf8').toString('hex')

/** The account that holds a subnet's TAO: derived from the pallet's name and the netuid, nobody has its key. */
export function subnetAccount(netuid: number): string {
  const netuidPart = Buffer.from([netuid & 0xff, netuid >> 8]).toString('hex')
  return `0x${(palletPart + netuidPart).padEnd(64, '0')}`
}
