package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/config"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dunning",
		Short: "Amicable collection of unpaid invoices, one durable workflow per claim",
		Long:  "Amicable collection of unpaid invoices, one durable workflow per claim.\n\nExamples are of the world of dunning dev, as README.md leads through it. A word in capitals there (ID, KEY, PRICE ...) stands for a value of your own; DAY is one like 2026-11-02.",
		Example: `  dunning demo                                               # the whole story on this machine, in minutes
  dunning dev                                                # the same services, staying up
  dunning claim submit var/demo/samples/portfolio.csv        # hand claims over
  dunning claim show 822e2b4e-6e1e-50e2-8c55-edb38053a024    # what happened, what is next and why`,
		SilenceUsage: true, SilenceErrors: true,
	}
	root.PersistentFlags().String("config", "", "configuration file (default: $DUNNING_CONFIG, else only DUNNING_* variables)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return refused("%w", yesOrNo(negative(cmd, err))) })
	root.AddCommand(demoCommand(), devCommand(), workerCommand(), migrateCommand(), clientCommand(), agreementCommand(), claimCommand(), receiptCommand(), ledgerCommand(), payoutCommand(), invoiceCommand(), mandateCommand(), debitCommand(), healthcheckCommand())
	root.AddCommand(benchCommand(), calcCommand(), explainCommand(), ratesCommand(), stickerCommand(), sampleCommand(), spoolCommand())
	root.AddCommand(trajectoryCommand(), simulateCommand(), scenarioCommand(), statementCommand())
	strict(root)
	return root
}

// strict gives wrong arguments, flags given twice and unknown commands the exit code of wrong usage. By itself cobra answers an unknown subcommand with help and success.
func strict(cmd *cobra.Command) {
	once(cmd.LocalNonPersistentFlags())
	once(cmd.PersistentFlags())
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return refused("%w; right would be: %s", err, cmd.UseLine())
			}
			return wellFormed(cmd, args)
		}
	}
	if cmd.HasSubCommands() && !cmd.Runnable() {
		cmd.Args = cobra.ArbitraryArgs
		cmd.SuggestionsMinimumDistance = 2 // letters that differ
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return refused("unknown command %q; did you mean %s %s?", args[0], cmd.CommandPath(), near[0])
			}
			return refused("unknown command %q; see %s --help", args[0], cmd.CommandPath())
		}
	}
	for _, sub := range cmd.Commands() {
		strict(sub)
	}
}

// paths are the flags whose value names a file or directory, which may have any bytes in its name.
var paths = []string{"config", "dir", "profile", "cpuprofile", "rates", "geometries", "out", "client", "svg", "csv", "behaviour", "trajectory", "claims", "xaf"}

// wellFormed refuses an argument or flag that is not UTF-8 or has control characters: no text of a claim has. It stands before the database, which
// would say so in its own words, or store what makes a terminal lie.
func wellFormed(cmd *cobra.Command, args []string) error {
	for i, arg := range args {
		name := argument(cmd, i)
		if strings.HasPrefix(name, "FILE") {
			continue
		}
		if err := readable(name, arg); err != nil {
			return err
		}
	}
	var wrong error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if wrong == nil && !slices.Contains(paths, f.Name) {
			wrong = readable("--"+f.Name, f.Value.String())
		}
	})
	return wrong
}

func readable(name, text string) error {
	if !utf8.ValidString(text) {
		return refused("%s: %q is not UTF-8; right would be a terminal or script that writes UTF-8", name, text)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return refused("%s: %q has the control character %U, which could make a terminal show something else; right would be text of letters, lines and tabs", name, text, r)
		}
	}
	return nil
}

// argument is the name of an argument of a command, counted from 0.
func argument(cmd *cobra.Command, i int) string {
	if names := strings.Fields(cmd.Use)[1:]; i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("argument %d", i+1)
}

// negative says which argument is a negative number. The reader of flags takes it for a flag, and no flag here is a digit.
func negative(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedShortnames()) == 0 || !unicode.IsDigit(rune(unknown.GetSpecifiedShortnames()[0])) {
		return err
	}
	text := "-" + unknown.GetSpecifiedShortnames()
	if name := argument(cmd, cmd.Flags().NArg()); name != "AMOUNT" {
		return fmt.Errorf("%s: %q would be a flag; right would be -- before the arguments when one of them begins with -", name, text)
	}
	return fmt.Errorf("AMOUNT: %q is less than 0.00; right would be an amount without -", text)
}

// yesOrNo says what would be right for a flag that is only there or not.
func yesOrNo(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) || invalid.GetFlag().Value.Type() != "bool" {
		return err
	}
	name := invalid.GetFlag().Name
	return fmt.Errorf("--%s: %q is neither yes nor no; right would be --%s, or --%s=false", name, invalid.GetValue(), name, name)
}

// configFile is the configuration file of a command; empty when only the environment configures it.
func configFile(cmd *cobra.Command) string {
	return cmp.Or(flag(cmd, "config"), os.Getenv("DUNNING_CONFIG"))
}

// loadConfig reads the configuration that --config and the environment give. All problems come at once.
func loadConfig(cmd *cobra.Command) (config.Config, error) {
	cfg, err := config.Load(configFile(cmd), os.Environ())
	if err != nil {
		if configFile(cmd) == "" { // nothing says where anything is
			err = fmt.Errorf("%w\nfor the stack of `dunning dev`: eval \"$(%s dev --print-env)\"", err, os.Args[0])
		}
		return cfg, &exitError{2, fmt.Errorf("configuration:\n%w", err)}
	}
	return cfg, nil
}
