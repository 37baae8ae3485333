package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
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
			found, rest, err := root.Find(pasted(strings.ReplaceAll(words, "DAY", "2026-11-02")))
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

// fromOutside are files that only a bank can make: its answer to a file of payments of that world.
var fromOutside = []string{"report.xml"}

// What an example reads is there, in config/ or in what `make demo` leaves: files, versions of trajectories, and a claim. Money does not come from the trust account itself.
func TestExamplesNameWhatIsThere(t *testing.T) {
	t.Parallel()
	portfolio, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "portfolio.csv"))
	if err != nil {
		t.Fatal(err)
	}
	client := uuid.NewSHA1(uuid.NameSpaceURL, []byte("client/VBE")).String()
	handedOver := map[string]string{}
	for line := range strings.Lines(string(portfolio)) {
		if row := strings.Split(line, ";"); row[0] == "VBE" {
			handedOver[postgres.ClaimID(client, row[1])], handedOver[row[1]] = row[2], row[2]
		}
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			command, _, _ := strings.Cut(line, " # ")
			before := ""
			if wrong := ofNoWorld(commandOf(cmd), command, handedOver); wrong != "" {
				t.Errorf("%s: %s %s", cmd.CommandPath(), strings.TrimSpace(line), wrong)
			}
			for _, word := range strings.Fields(command) {
				if wrong := notThere(before, word, handedOver); wrong != "" {
					t.Errorf("%s: %s %s; right would be what is in config/, or in what `make demo` leaves (var/demo/)", cmd.CommandPath(), word, wrong)
				}
				before = word
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(rootCommand())
}

var aReference = regexp.MustCompile(`^VBE-[0-9]{3}$`)

var aPin, aFile, aClaimID = regexp.MustCompile(`^([a-z]+)@([0-9]+)$`), regexp.MustCompile(`\.(yaml|csv|txt|xml|sta|json)$`), regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f-]{27}`)

var aDay, aPrice = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2}`), regexp.MustCompile(`--confirm [^A-Z]`)

// anyDay are the commands whose examples may have a day, since it is right whenever they are followed: they reckon, or tell what was before any claim. Others have DAY: what is to come is past one day, and the claims of a new
// world are handed over on the day on which somebody follows an example.
var anyDay = regexp.MustCompile(`^(calc|rates|agreement start|mandate|claim document|claim corrections|receipts shadow)\b`)

// forConsumers are what only a claim on a consumer has.
var forConsumers = regexp.MustCompile(`14-day-letter|claim (consumer-sale|costs) `)

// ofNoWorld says why an example of a command fails when it is followed, whatever the world: a day, a price that no agreement as shipped has, or a claim that does not qualify. Empty: it does not.
func ofNoWorld(command, line string, claims map[string]string) string {
	switch line = strings.TrimSpace(line); {
	case !anyDay.MatchString(strings.TrimPrefix(line, "dunning ")) && aDay.MatchString(line):
		return "names a day, on which a new world has nothing or which is past one day: right would be DAY"
	case aPrice.MatchString(line):
		return "confirms a price: right would be PRICE, which the command without --confirm tells by the agreement"
	case forConsumers.MatchString(line) && strings.HasPrefix(command, "claim"):
		for _, word := range strings.Fields(line) {
			if kind, known := claims[word]; known && kind == "consumer" {
				return ""
			}
		}
		return "is for consumers: right would be a claim of the sample portfolio on one"
	}
	return ""
}

// aKeyElsewhere is what a world gives a name by its day or content: a payout, an invoice, a run of direct debits, a statement or its line, an entry of a bank.
var aKeyElsewhere = regexp.MustCompile(`^"?(receipt:)?(PO-[0-9]|DD-[0-9]|[FC][0-9]{4}-[0-9]|stmt-[0-9]{4}-|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8})`)

// notThere says why a word of an example, after another, cannot be used; empty when it can, or when it is something that the command makes.
func notThere(before, word string, claims map[string]string) string {
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join("..", "..", name))
		return err == nil
	}
	if aKeyElsewhere.MatchString(word) {
		return "is of a world that the reader does not have: right would be a word in capitals, as the usage has it (ID, KEY, LINE, NUMBER)"
	}
	pin := aPin.FindStringSubmatch(word)
	switch {
	case slices.Contains([]string{"--out", "--svg", "--csv"}, before), slices.Contains(fromOutside, word), strings.HasPrefix(word, "var/demo/"), strings.Contains(word, "*"):
		return ""
	case before == "--iban" && word == demoTrust:
		return "is the trust account of `make dev`"
	case aClaimID.MatchString(word) && claims[aClaimID.FindString(word)] == "", aReference.MatchString(word) && claims[word] == "":
		return "is no claim of the sample portfolio"
	case pin != nil && !exists("config/trajectories/"+pin[1]+".yaml"), pin != nil && pin[2] != "1" && !exists("config/samples/trajectories/"+pin[1]+"-"+pin[2]+".yaml"):
		return "is no version of a trajectory that is there"
	case aFile.MatchString(word) && !exists(word):
		return "is no file that is there"
	}
	return ""
}

// demoTrust is the trust account where none is configured, as on this machine.
const demoTrust = "NL91ABNA0417164300"

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
