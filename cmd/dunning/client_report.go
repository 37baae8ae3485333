package main

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	reporting "github.com/incassocenter/dunning/internal/report" // report is another thing here
)

// longestReport is for how many years a period may be: a month is a line and two bars, of which more cannot be read.
const longestReport = 3

func clientReportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "report CODE", Short: "What a client reads of its claims over a period: figures, charts, and a list of claims", Args: cobra.ExactArgs(1),
		Long: `Tells a client's claims over a period of at most three years: what it handed over, where all its claims stand, what was settled and how, for whom the money is, what stands on the trust account for it, what it was
invoiced, how much is recovered and how fast, and what is open by age. Days are inclusive and money counts by its value date, as in the books; the papers say how each figure is computed.
Prints tables, in English. --pdf, --csv and --xlsx write files for the client, in its language: the PDF has the figures with charts and no names of debtors; the CSV is a list of all its claims; the XLSX has
both. The same books and days give the same bytes. Where claims stand, and how old they are, is as of today, or of --to when that is later.`,
		Example: "  dunning client report VBE\n  dunning client report VBE --from DAY --to DAY --pdf report.pdf --csv claims.csv --xlsx report.xlsx\n  dunning client report VBE --json",
	}
	cmd.Flags().String("from", "", "first day of the period (default: the first of January of the year of its last day)")
	cmd.Flags().String("to", "", "last day of the period (default: today)")
	for _, form := range reportForms {
		cmd.Flags().String(form.flag, "", form.what+"; one that is there already is replaced")
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		period, err := reportedPeriod(cmd)
		if err != nil {
			return err
		}
		for _, form := range reportForms {
			if err := writable(form.flag, flag(cmd, form.flag)); err != nil {
				return err
			}
		}
		on := calendar.Max(calendar.DateOf(operator().At), period.To)
		return ofClient(cmd, withStore, args[0], func(store *postgres.Store, id string) error {
			client, books, err := store.ReportBooks(cmd.Context(), id, on)
			if err != nil {
				return err
			}
			r := reporting.Of(books, period, on)
			for _, form := range reportForms {
				if err := form.write(cmd, r, client); err != nil {
					return err
				}
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(r)
			}
			return printReport(cmd, r)
		})
	}
	return cmd
}

// reportedPeriod is what --from and --to say.
func reportedPeriod(cmd *cobra.Command) (p reporting.Period, err error) {
	to, err := day(cmd, "to")
	if err != nil {
		return p, err
	}
	from, err := dayOrNone(cmd, "from")
	if err != nil {
		return p, err
	}
	if from.IsZero() {
		from = calendar.NewDate(to.Year(), 1, 1)
	}
	switch {
	case from.After(to):
		return p, refused("--from: %s is after --to, which is %s", from, to)
	case !from.AddYears(longestReport).After(to): // days are inclusive
		return p, refused("--from: %s to %s is more than %d years; right would be a shorter period", from, to, longestReport)
	}
	return reporting.Period{From: from, To: to}, nil
}

// reportForm is a file that a report is written to.
type reportForm struct {
	flag, what string
	make       func(cmd *cobra.Command, r reporting.Report, client postgres.Party) ([]byte, error)
}

var reportForms = []reportForm{
	{"pdf", "file for the figures and charts, as PDF", func(cmd *cobra.Command, r reporting.Report, client postgres.Party) ([]byte, error) {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return nil, err
		}
		party := letter.Party{Name: client.Name, Street: client.Street, Postcode: client.Postcode, Town: client.Town}
		d, err := letter.ComposeReport(letter.ClientReport{Language: letter.Language(client.Language), Agency: agencyParty(cfg.Agency), Client: party, Report: r})
		return d.PDF, err
	}},
	{"csv", "file for the list of claims, as CSV", func(_ *cobra.Command, r reporting.Report, client postgres.Party) ([]byte, error) {
		return r.CSV(client.Language)
	}},
	{"xlsx", "file for the figures and the list of claims, as a spreadsheet", func(_ *cobra.Command, r reporting.Report, client postgres.Party) ([]byte, error) {
		return r.Workbook(client.Language)
	}},
}

// write writes the file if it is asked for.
func (form reportForm) write(cmd *cobra.Command, r reporting.Report, client postgres.Party) error {
	file := flag(cmd, form.flag)
	if file == "" {
		return nil
	}
	content, err := form.make(cmd, r, client)
	if err != nil {
		return fmt.Errorf("--%s: %w", form.flag, err)
	}
	return writeFigures(cmd, file, content)
}

// printReport prints the parts of a report as tables, for whoever runs the program.
func printReport(cmd *cobra.Command, r reporting.Report) error {
	const language = "en"
	w := cmd.OutOrStdout()
	if _, err := fmt.Fprintf(w, "%s, as of %s\n", reporting.Title(language, r.Period), r.On); err != nil {
		return err
	}
	for _, s := range r.Sections(language) {
		header, rows := table.Row{}, []table.Row{}
		for _, head := range s.Head {
			header = append(header, head)
		}
		for _, row := range s.Rows {
			rows = append(rows, table.Row(row))
		}
		_, err := fmt.Fprintf(w, "\n%s\n", s.Title)
		if err := cmp.Or(err, printRows(w, "nothing yet", header, rows)); err != nil {
			return err
		}
	}
	return nil
}
