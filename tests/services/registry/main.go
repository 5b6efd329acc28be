// An OCI registry in memory, with or without the referrers API. It prints its address.
package main

import (
	"flag"
	"fmt"
	"github.com/google/go-containerregistry/pkg/registry"
	"io"
	"log"
	"net"
	"net/http"
)

func main() {
	referrers := flag.Bool("referrers", false, "with the referrers API")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	log.Fatal(http.Serve(listener, registry.New(registry.WithReferrersSupport(*referrers), registry.Logger(log.New(io.Discard, "", 0)))))
}
