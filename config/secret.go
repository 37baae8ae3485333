package config

import (
	"fmt"
	"log/slog"
)

// Secret is a text that is never printed: string(s) is the only way to read it.
type Secret string

func (s Secret) redacted() string {
	if s == "" {
		return "[not set]"
	}
	return "[secret]"
}

// Format hides the text from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.redacted()) }

// String hides the text.
func (s Secret) String() string { return s.redacted() }

// LogValue hides the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.redacted()) }

// MarshalText hides the text from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.redacted()), nil }

// Reveal gives the texts of secrets to a package that takes plain strings.
func Reveal(secrets []Secret) []string {
	texts := make([]string, len(secrets))
	for i, s := range secrets {
		texts[i] = string(s)
	}
	return texts
}
