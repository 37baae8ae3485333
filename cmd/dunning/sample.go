package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// sampleHelp says what each sample letter is.
var sampleHelp = map[letter.SampleKind]string{
	letter.SampleReminder:       "herinnering: a friendly first reminder",
	letter.SampleSecondReminder: "aanmaning: a second reminder",
	letter.SampleDefault:        "ingebrekestelling: notice of default, a last term to pay (art. 6:82 BW)",
	letter.SampleFourteenDays:   "veertiendagenbrief: the 14-day letter to a consumer, with the exact costs (art. 6:96 lid 6 BW)",
	letter.SampleArrangement:    "betalingsregeling: confirms a payment arrangement in monthly parts",
	letter.SampleInterruption:   "stuitingsbrief: interrupts limitation (art. 3:317 BW)",
	letter.SampleAnswer:         "answer to a dispute or a complaint",
}

func sampleCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "sample", Short: "Sample letters that clients fill in and send themselves",
		Example: "  dunning sample list\n  dunning sample write reminder --set invoice=F2026-1 --set amount=100,00 --out reminder.pdf",
	}
	parent.AddCommand(sampleListCommand(), sampleWriteCommand())
	return parent
}

func sampleListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The sample letters, and what can be filled in in each", Example: "  dunning sample list", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := newTable("letter", "what it is", "can be filled in, with --set")
			narrow := func(column, width int) table.ColumnConfig {
				return table.ColumnConfig{Number: column, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
			}
			t.SetColumnConfigs([]table.ColumnConfig{narrow(2, 36), narrow(3, 60)})
			t.Style().Options.SeparateRows = true
			for _, kind := range letter.SampleKinds {
				t.AppendRow(table.Row{kind, sampleHelp[kind], strings.Join(variableNames(kind), ", ")})
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s", t.Render(), variableHelp())
			return err
		},
	}
}

func variableNames(kind letter.SampleKind) (names []string) {
	for _, v := range kind.Variables() {
		names = append(names, v.Name)
	}
	return names
}

// variableHelp is a line for every variable, and in which letters it is when not in all.
func variableHelp() string {
	in := map[string][]string{}
	var all []letter.Variable
	for _, kind := range letter.SampleKinds {
		for _, v := range kind.Variables() {
			if in[v.Name] == nil {
				all = append(all, v)
			}
			in[v.Name] = append(in[v.Name], string(kind))
		}
	}
	var b strings.Builder
	for _, v := range all {
		where := ""
		if len(in[v.Name]) < len(letter.SampleKinds) {
			where = " (" + strings.Join(in[v.Name], ", ") + ")"
		}
		fmt.Fprintf(&b, "  %-14s %s%s\n", v.Name, v.Help, where)
	}
	return b.String()
}

func sampleWriteCommand() *cobra.Command {
	language := oneOf{words: languageWords(), word: string(letter.Dutch)}
	cmd := &cobra.Command{
		Use: "write KIND", Short: "Write a sample letter as PDF, Word document or text", Args: cobra.ExactArgs(1),
		Long: `Writes a letter that a client sends itself, on its own letterhead, with its colour and logo: the agency is not in it. What is not filled in stands in the letter as a blank in
square brackets. The collection costs of a 14-day letter follow from its amount, the parts of an arrangement from amount and instalments. It
needs no database, no Temporal and no network; the same command writes the same file.

KIND is ` + strings.Join(kindWords(), ", ") + `. What can be filled in:
` + variableHelp(),
		Example: `  dunning sample write reminder --out reminder.docx                   # blanks only, to fill in on a computer
  dunning sample write 14-day-letter --client config/samples/clients.yaml --code VBE --set invoice=F2026-1 --set amount=100,00 --out letter.pdf
  dunning sample write payment-arrangement --language en --set amount=1.000,00 --set instalments=4 --out arrangement.txt`,
	}
	cmd.Flags().Var(&language, "language", "language of the letter")
	cmd.Flags().String("client", "", "file of clients, as for client add, for the letterhead, colour and logo (default: a letterhead of blanks, in black)")
	cmd.Flags().String("code", "", "which client of that file; may be left out when it has one")
	cmd.Flags().StringArray("set", nil, "what is filled in, as NAME=VALUE; may be given again")
	cmd.Flags().String("out", "", "the file to write: .pdf, .docx or .txt")
	ratesFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := askedSample(cmd, letter.SampleKind(args[0]), letter.Language(language.word))
		if err != nil {
			return err
		}
		return writeSample(cmd, s)
	}
	return cmd
}

func kindWords() (words []string) {
	for _, kind := range letter.SampleKinds {
		words = append(words, string(kind))
	}
	return words
}

// askedSample is the letter that the flags ask for.
func askedSample(cmd *cobra.Command, kind letter.SampleKind, language letter.Language) (letter.Sample, error) {
	s := letter.Sample{Kind: kind, Language: language, Values: map[string]string{}}
	if kind.Variables() == nil {
		return s, refused("KIND: %q is not a sample letter; right would be one of %s", kind, strings.Join(kindWords(), ", "))
	}
	given, _ := cmd.Flags().GetStringArray("set")
	for _, pair := range given {
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return s, refused("--set: %q is not NAME=VALUE; right would be like invoice=F2026-1", pair)
		}
		if _, twice := s.Values[name]; twice {
			return s, refused("--set: %s is given twice; right would be once", name)
		}
		s.Values[name] = value
	}
	s.Costs = func(principal money.Amount, on calendar.Date) (money.Amount, error) {
		tables, err := lawOf(cmd)
		if err != nil {
			return 0, err
		}
		if on.IsZero() {
			on = calendar.DateOf(time.Now())
		}
		return tables.CollectionCosts(principal, on)
	}
	var err error
	s.Client, s.Brand, err = letterheadOf(cmd)
	return s, err
}

// letterheadOf finds the client in a file of clients, and how its letters look; without a file it is a letterhead of blanks.
func letterheadOf(cmd *cobra.Command) (who letter.Party, brand letter.Brand, err error) {
	file, code := flag(cmd, "client"), flag(cmd, "code")
	if file == "" {
		if code != "" {
			return who, brand, refused("--code: %s of which file? right would be --client FILE.yaml too", code)
		}
		return who, brand, nil
	}
	plans, err := plansOf(cmd)
	if err != nil {
		return who, brand, err
	}
	clients, err := readClients(file, plans, nil)
	if err != nil {
		return who, brand, err
	}
	codes := make([]string, len(clients))
	for i, c := range clients {
		if codes[i] = c.Code; c.Code == code || code == "" && len(clients) == 1 {
			return clientParty(c.Party), letter.Brand(c.Brand), nil
		}
	}
	return who, brand, refused("--code: %q is not in %s; right would be one of %s", code, file, strings.Join(codes, ", "))
}

// clientParty is a client as it stands in its own letters.
func clientParty(p postgres.Party) letter.Party {
	return letter.Party{Name: p.Name, Street: p.Street, Postcode: p.Postcode, Town: p.Town, Email: p.Email, Phone: p.Phone, Website: p.Website, KvK: p.KvK, VAT: p.VAT, IBAN: p.IBAN}
}

// writeSample writes a letter that says all that it must; one that does not, because of what was filled in, is refused.
func writeSample(cmd *cobra.Command, s letter.Sample) error {
	out := flag(cmd, "out")
	form := filepath.Ext(out)
	if form != ".pdf" && form != ".docx" && form != ".txt" {
		return refused("--out: %q is none of .pdf, .docx and .txt; right would be a file name like %s.pdf", out, s.Kind)
	}
	d, err := letter.ComposeSample(s)
	var invalid *letter.InvalidError
	switch {
	case errors.As(err, &invalid): // what it lacks, without the way to it
		return refused("%s: %s", s.Kind, strings.Join(invalid.Problems, "; "))
	case err != nil:
		return refused("%w", err)
	}
	certificate, err := letter.CertifySample(s, d)
	if err != nil {
		return err
	}
	if failed := certificate.Failed(); len(failed) > 0 {
		return refused("%s with these values: it does not keep: %s", s.Kind, strings.Join(failed, "; "))
	}
	data := d.PDF
	switch form {
	case ".txt":
		data = []byte(d.Subject + "\n\n" + d.Text)
	case ".docx":
		if data, err = letter.WordSample(s); err != nil {
			return err
		}
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return refused("--out: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", out, d.Subject)
	return err
}
