// Package codec encrypts what Temporal stores: payloads, and the messages and stack traces of failures.
// It is pure computation. It must not read configuration, keep payloads or log them, and it must never call a key service:
// the SDK runs it inside the workflow task, where the deadlock detector allows one second.
package codec

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// keySize is the size of an AES-256 key in bytes.
const keySize = 32

// keyID is what names a key in the metadata of a payload; it stands there in the clear.
var keyID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Key is one AES-256 key with the name under which payloads refer to it. However it is printed, only the name shows.
// A key may encrypt at most 2^32 payloads (NIST SP 800-38D, random nonces): far more than one year of claims, so rotate yearly.
type Key struct {
	id   string
	aead cipher.AEAD
}

// ParseKey reads "id:key", the key being 32 bytes in base64 (standard or URL, padded or not) or in hex.
// The error never contains the text, which is a secret.
func ParseKey(text string) (Key, error) {
	id, encoded, found := strings.Cut(strings.TrimSpace(text), ":")
	if !found || !keyID.MatchString(id) {
		return Key{}, errors.New(`parse codec key: no id before the colon; right would be "2026a:" and 32 bytes in base64 or hex`)
	}
	secret, err := decodeSecret(encoded)
	if err != nil {
		return Key{}, fmt.Errorf("parse codec key %s: %w", id, err)
	}
	return newKey(id, secret)
}

func newKey(id string, secret []byte) (Key, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return Key{}, fmt.Errorf("make cipher of codec key %s: %w", id, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Key{}, fmt.Errorf("make cipher of codec key %s: %w", id, err)
	}
	return Key{id: id, aead: aead}, nil
}

func decodeSecret(encoded string) ([]byte, error) {
	if len(encoded) == hex.EncodedLen(keySize) {
		if b, err := hex.DecodeString(encoded); err == nil {
			return b, nil
		}
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(encoded, "="))
	b, err := base64.RawStdEncoding.DecodeString(plain)
	switch {
	case err != nil:
		return nil, errors.New("the key is neither base64 nor hex; right would be 32 bytes, as `openssl rand -base64 32` prints")
	case len(b) != keySize:
		return nil, fmt.Errorf("the key is %d bytes; right would be %d, as `openssl rand -base64 32` prints", len(b), keySize)
	}
	return b, nil
}

// ID is the name of the key.
func (k Key) ID() string { return k.id }

// Format prints the name for every verb, so that no verb reaches the key.
func (k Key) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "codec key %s", k.id) }

// LogValue is the name of the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.id) }

// Keys holds the key that encrypts and the older ones that still decrypt. The zero value encrypts nothing: see ErrNoKey.
type Keys struct {
	current Key
	byID    map[string]Key
}

// NewKeys takes the current key first and then the older ones, kept for as long as a history encrypted with them is.
func NewKeys(current Key, older ...Key) (Keys, error) {
	keys := Keys{current: current, byID: make(map[string]Key, 1+len(older))}
	for _, k := range append([]Key{current}, older...) {
		if k.aead == nil {
			return Keys{}, ErrNoKey
		}
		if _, twice := keys.byID[k.id]; twice {
			return Keys{}, fmt.Errorf("collect codec keys: id %s is used twice; each key needs its own", k.id)
		}
		keys.byID[k.id] = k
	}
	return keys, nil
}

// ParseKeys reads a list of keys as ParseKey does, the current one first. All errors are joined.
func ParseKeys(texts []string) (Keys, error) {
	if len(texts) == 0 {
		return Keys{}, ErrNoKey
	}
	keys := make([]Key, len(texts))
	var errs []error
	for i, text := range texts {
		var err error
		if keys[i], err = ParseKey(text); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return Keys{}, errors.Join(errs...)
	}
	return NewKeys(keys[0], keys[1:]...)
}
