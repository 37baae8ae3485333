package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/syntax"
)

// decodeClients reads the entries of a file of clients, each text as it is kept, with the lines on which they stand.
func decodeClients(path string) ([]clientEntry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	var list []clientEntry
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable("%s: %s", path, clientFileProblem(data, err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, unreadable("%s: there is more after the first document; right would be one list, without a second ---", path)
	}
	var entries []yaml.Node // the same document, read well just now
	if err := yaml.Unmarshal(data, &entries); err != nil {
		return nil, unreadable("%s: %s", path, clientFileProblem(data, err))
	}
	if len(entries) == 0 {
		return nil, unreadable("%s: there are no clients; right would be a list, each with: %s", path, clientKeys)
	}
	for i, entry := range entries {
		if entry.Kind == yaml.ScalarNode { // an empty one, which the reader of clients leaves out
			return nil, unreadable("%s: line %d: client %d is empty; right would be no entry, or one with: %s", path, entry.Line, i+1, clientKeys)
		}
	}
	for i := range list {
		list[i].tidy()
		list[i].lines = linesOf(entries[i])
	}
	return list, nil
}

// tidy makes every text what is kept of it.
func (c *clientEntry) tidy() {
	for _, text := range []*string{
		&c.Code, &c.Plan, &c.Name, &c.Street, &c.Postcode, &c.Town, &c.Email, &c.Phone, &c.Website, &c.KvK, &c.VAT, &c.IBAN, &c.Language, &c.VATDeclared, &c.AgreementStart, &c.CourtParty,
		&c.TrajectoryConsumer, &c.TrajectoryBusiness, &c.AccountHolder,
	} {
		*text = claim.Tidied(*text)
	}
}

// linesOf tells on which line each key of an entry stands, and, under no key, the entry.
func linesOf(entry yaml.Node) map[string]int {
	lines := map[string]int{"": entry.Line}
	if entry.Kind == yaml.AliasNode {
		entry = *entry.Alias
	}
	for i := 0; i+1 < len(entry.Content); i += 2 {
		lines[entry.Content[i].Value] = entry.Content[i].Line
	}
	return lines
}

// line is that of a key, or of the entry when the key is not there.
func (c clientEntry) line(key string) int {
	if line, ok := c.lines[key]; ok {
		return line
	}
	return c.lines[""]
}

var unknownKey, wrongType = regexp.MustCompile(`^(line \d+): field (.*) not found in type .*$`), regexp.MustCompile(`^(line \d+): cannot unmarshal .*$`)

// clientFileProblem says in the words of the file what the YAML reader says in those of the program.
func clientFileProblem(data []byte, err error) string {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return strings.Join(syntax.Explain(data, err, nil), "; ")
	}
	problems := make([]string, len(typed.Errors))
	for i, problem := range typed.Errors {
		problem = unknownKey.ReplaceAllString(problem, "$1: key $2 is not known; right would be: "+clientKeys)
		problems[i] = wrongType.ReplaceAllString(problem, "$1: is not what it should be; right would be a list of clients, each value one text")
	}
	return strings.Join(problems, "; ")
}
