package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/config"
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
	if err != nil && dir != "" {
		return tables, refused("%s: %s: %w", given, dir, err)
	}
	return tables, err
}
