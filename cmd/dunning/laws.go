package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

// readLaw reads the tables of law in a directory, or as shipped when it is empty. What is wrong with them is one line.
func readLaw(dir string) (law.Tables, error) {
	files, err := fs.Sub(config.Data, "rates")
	if err != nil {
		return law.Tables{}, err
	}
	if dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return law.Tables{}, err
		}
		files = os.DirFS(dir)
	}
	tables, err := law.ReadTables(files)
	if err != nil {
		return law.Tables{}, fmt.Errorf("%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return tables, nil
}

// differingRows names the rows of tables that are not as shipped, a line for each.
func differingRows(tables law.Tables) ([]string, error) {
	shipped, err := readLaw("")
	return tables.Differing(shipped), err
}

// sayDiffering logs the rows that are not as shipped.
func sayDiffering(log *slog.Logger, tables law.Tables) error {
	lines, err := differingRows(tables)
	for _, line := range lines {
		log.Warn("a row of law is not as shipped: look whether it is meant", "row", line)
	}
	return err
}

// watchLaw says at start which rows are not as shipped, and then and once a day until when the tables of law hold: a warning for each that ends within law.EnoughDays, or has ended. It
// reads the clock of the wall: adding a row is work of those who run the program, whatever day a claim lives on.
func watchLaw(ctx context.Context, log *slog.Logger, tables law.Tables) error {
	if err := sayDiffering(log, tables); err != nil {
		return err
	}
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		sayStanding(log, tables.Standing(calendar.DateOf(time.Now())))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-daily.C:
		}
	}
}

// sayStanding logs which tables end soon, or which one ends first.
func sayStanding(log *slog.Logger, standing []law.Standing) {
	var first law.Standing
	ending := false
	for _, s := range standing {
		if s.RunsOut() {
			ending = true
			log.Warn("a table of law runs out: add the row that is missing", "table", s.Table, "days_left", s.DaysLeft, "missing", s.Missing())
		}
		if !s.Lasts && (first.Table == "" || s.DaysLeft < first.DaysLeft) {
			first = s
		}
	}
	if !ending {
		log.Info("the tables of law hold", "first_to_end", first.Table, "days_left", first.DaysLeft)
	}
}

// ratesFlag is for commands that need no configuration.
func ratesFlag(flags *pflag.FlagSet) {
	flags.String("rates", "", "directory with the tables of law (default: law.rates_dir of the configuration, else as shipped)")
}

// lawOf is the law that a command with ratesFlag calculates by. Of a configuration it needs that one key only.
func lawOf(cmd *cobra.Command) (law.Tables, error) {
	given, dir := "--rates", flag(cmd, "rates")
	if dir == "" {
		var err error
		if dir, err = config.RatesDir(configFile(cmd), os.Environ()); err != nil {
			return law.Tables{}, &exitError{2, fmt.Errorf("configuration:\n%w", err)}
		}
		given = "law.rates_dir"
	}
	tables, err := readLaw(dir)
	switch {
	case err == nil || dir == "":
		return tables, err
	case given == "--rates":
		return tables, unreadable("--rates: %s: %w", dir, err)
	}
	return tables, refused("%s: %s: %w", given, dir, err)
}
