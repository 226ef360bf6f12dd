// Go's net/http: one line in (id, host, port, roots), one JSON line out. Every name leads to loopback.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func talk(host, port, file string) (bool, string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err.Error()
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}}
	answer, err := client.Get(fmt.Sprintf("https://%s:%s/", host, port))
	if err != nil {
		return false, err.Error()
	}
	answer.Body.Close()
	return true, ""
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		part := strings.Split(lines.Text(), "\t")
		accepted, output := talk(part[1], part[2], part[3])
		line, _ := json.Marshal(map[string]any{"id": part[0], "accepted": accepted, "output": output})
		fmt.Println(string(line))
	}
}
