// Package tuf, for tests without a network: targets come from a folder instead of from a repository.
package tuf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Client reads targets from the folder that TUF_TARGETS names.
type Client struct{}

// New returns the client.
func New(*Options) (*Client, error) { return &Client{}, nil }

// DefaultClient returns the client.
func DefaultClient() (*Client, error) { return &Client{}, nil }

// Refresh does nothing.
func (c *Client) Refresh() error { return nil }

// GetTarget returns the file of that name.
func (c *Client) GetTarget(target string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(os.Getenv("TUF_TARGETS"), filepath.FromSlash(target)))
	if err != nil {
		return nil, fmt.Errorf("reading the target: %w", err)
	}
	return data, nil
}

// URLToPath converts a URL to the name of a file.
func URLToPath(url string) string {
	return strings.ReplaceAll(strings.TrimPrefix(url, "https://"), "/", "-")
}
