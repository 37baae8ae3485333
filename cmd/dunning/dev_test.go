package main

import (
	"maps"
	"testing"
)

// The stack on this machine runs on the agency's own files, where the environment names them, and takes nothing else from it.
func TestTheStackTakesTheAgencysOwnFiles(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"DUNNING_POLICY_TRAJECTORIES_DIR": "ours", "DUNNING_DATABASE_URL": "elsewhere"}
	got := ownFiles(func(name string) string { return environment[name] })
	if !maps.Equal(got, map[string]string{"policy.trajectories_dir": "ours"}) {
		t.Errorf("it takes %v", got)
	}
}
