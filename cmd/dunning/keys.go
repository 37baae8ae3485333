package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

const saidRecorded = "recorded"

// saidKnown is said of what changed nothing.
const saidKnown = "it was so already; nothing changed"

// toldOnce records a fact whose event has a key, and says whether it was told before: what is alike in all that names it is taken for the same.
func toldOnce(cmd *cobra.Command, event string, record func(ctx context.Context) error) (said string, err error) {
	events, err := recordedBy(cmd.Context(), record)
	if err != nil {
		return "", err
	}
	if !slices.Contains(events, event+flag(cmd, "key")) {
		return toldBefore(flag(cmd, "key")), nil
	}
	return saidRecorded, nil
}

// recordedBy are the events that something recorded, in case files or beside them: none when it was told before.
func recordedBy(ctx context.Context, record func(ctx context.Context) error) (events []string, err error) {
	err = record(postgres.Noticing(ctx, func(event string) { events = append(events, event) }))
	return events, err
}

// changedBy says whether something recorded anything: not when it was told before.
func changedBy(cmd *cobra.Command, record func(ctx context.Context) error) (changed bool, err error) {
	events, err := recordedBy(cmd.Context(), record)
	return len(events) > 0, err
}

// toldText says whether it is recorded now, or was before.
func toldText(again bool) string {
	if again {
		return "told before; nothing changed"
	}
	return saidRecorded
}

// toldBefore says that a fact was told before under its key.
func toldBefore(key string) string {
	return fmt.Sprintf("told before with key %s; nothing changed (another one that is equal needs a --key of its own)", key)
}

// keyFlag adds --key; names is what names it when it is not given, empty: a new key.
func keyFlag(cmd *cobra.Command, what, names string) {
	cmd.Flags().String("key", "", "idempotency key: the same key twice is one "+what+" (default: "+cmp.Or(names, "a new one")+")")
}

// neededKey refuses an order without --key: it is billed, and told again under a new key it would be billed twice. like is what would name it.
func neededKey(cmd *cobra.Command, like string) error {
	if strings.TrimSpace(flag(cmd, "key")) == "" {
		return refused("--key: is missing; right would be a name of this order, the same one when it is told again, as %s", like)
	}
	return checkKey(cmd)
}

// naturalKey is --key, or what names the fact by itself: told again without a key it is the same one.
func naturalKey(cmd *cobra.Command, parts ...any) string {
	if flag(cmd, "key") == "" {
		_ = cmd.Flags().Set("key", joined(parts)) // a string flag takes any text
	}
	return flag(cmd, "key")
}

func joined(parts []any) string {
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = fmt.Sprint(part)
	}
	return strings.Join(words, "-")
}

// answeredBefore refuses a fact that is told without --key and is named as one that was answered: it is another one.
func answeredBefore(what, key string) error {
	return refused("%s %s was answered already; if this is another one, name it with --key", what, key)
}

// digest is a text in a key.
func digest(text string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(text)))
	return hex.EncodeToString(sum[:4])
}

// checkKey refuses a --key that cannot be one, or that names nothing: a script whose variable is empty would record the fact anew each time.
func checkKey(cmd *cobra.Command) error {
	if cmd.Flags().Changed("key") && strings.TrimSpace(flag(cmd, "key")) == "" {
		return refused("--key: is empty; right would be a text that names this fact, or no --key")
	}
	if problem := postgres.KeyProblem(flag(cmd, "key")); flag(cmd, "key") != "" && problem != "" {
		return refused("--key: %s", problem)
	}
	return nil
}

// key is --key, or from the first time on a new one.
func key(cmd *cobra.Command) string {
	if flag(cmd, "key") == "" {
		_ = cmd.Flags().Set("key", uuid.NewString()) // a string flag takes any text
	}
	return flag(cmd, "key")
}

func orderKeyFlag(cmd *cobra.Command) {
	cmd.Flags().String("key", "", "names the order: the same key twice is one order")
}

// orderKey names the nth order of some work on a day.
func orderKey(work string, n int) string {
	key := fmt.Sprintf("%s-%s", work, calendar.DateOf(operator().At))
	if n > 1 {
		key += fmt.Sprintf("-%d", n)
	}
	return key
}

// freeOrderKey names an order of work that was not told yet.
func freeOrderKey(work string, told []string) string {
	n := 1
	for slices.Contains(told, orderKey(work, n)) {
		n++
	}
	return orderKey(work, n)
}
