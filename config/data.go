package config

import "embed"

// Data is what an agency edits, as shipped: rates/ (law, dated), trajectories/ (policy, versioned) and samples/ (the demonstration portfolio).
//
//go:embed rates/*.yaml trajectories/*.yaml samples/*
var Data embed.FS
