package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What the help shows can be pasted: flags and arguments of each example are those of its command. A group has an example too.
func TestExamplesCanBePasted(t *testing.T) {
	t.Parallel()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.HasSubCommands() && cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			command, _, _ := strings.Cut(line, " # ")
			words, ok := strings.CutPrefix(strings.TrimSpace(command), "dunning ")
			if !ok {
				continue // of another program
			}
			root := rootCommand()
			found, rest, err := root.Find(pasted(words))
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err != nil || !found.Runnable() {
				t.Errorf("%s: %s: %v", cmd.CommandPath(), strings.TrimSpace(line), err)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(rootCommand())
}

// pasted is the words of a command line as a shell takes them: up to a redirection, a pipe or the next command, and without quotes.
func pasted(line string) (words []string) {
	var word strings.Builder
	quote, begun := rune(0), false
	for _, r := range line + " " {
		switch {
		case quote == 0 && strings.ContainsRune("<>|;&", r):
			return words
		case r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && r == ' ':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	return words
}
