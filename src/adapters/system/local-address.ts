import { createSocket } from "node:dgram";

/**
 * The address that this machine would send from to `host`, by its routing table; nothing is sent. Undefined when there
 * is no way there.
 *
 * @param host an IP address; a name would be looked up.
 */
export async function localAddressTowards(host: string): Promise<string | undefined> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    return await new Promise<string | undefined>((resolve) => {
      socket.once("error", () => resolve(undefined));
      // A UDP socket that connects only asks the kernel for the route; the port does not matter.
      socket.connect(9, host, () => resolve(socket.address().address));
    });
  } finally {
    socket.close();
  }
}
