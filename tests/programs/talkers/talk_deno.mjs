// rustls as Deno uses it: one line in (id, host, port, roots), one JSON line out.
const lines = (await new Response(Deno.stdin.readable).text()).split("\n").filter((line) => line);
for (const line of lines) {
  const [id, hostname, port, roots] = line.split("\t");
  let said = { accepted: true, output: "" };
  try {
    const plain = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    const tls = await Deno.startTls(plain, { hostname, caCerts: [Deno.readTextFileSync(roots)] });
    await tls.handshake();
    await tls.write(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
    await tls.read(new Uint8Array(100));
    tls.close();
  } catch (error) {
    said = { accepted: false, output: String(error) };
  }
  console.log(JSON.stringify({ id, ...said }));
}
