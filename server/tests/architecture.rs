//! The direction in which the crates of this workspace may know each other.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Every crate of ours with the crates of ours that it depends on, tests included.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--no-deps",
            "--offline",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .expect("cargo can be run");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |package: &serde_json::Value| {
        package["name"]
            .as_str()
            .and_then(|name| name.strip_prefix("drydock-"))
            .map(str::to_owned)
    };
    packages
        .iter()
        .map(|package| {
            let needs = package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(name);
            (
                name(package).expect("our crates are called drydock-…"),
                needs.collect(),
            )
        })
        .collect()
}

/// Everything that is reached from `start`.
fn reached(start: &str, dependencies: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(next) = open.pop() {
        for need in dependencies.get(next).into_iter().flatten() {
            if found.insert(need.clone()) {
                open.push(need);
            }
        }
    }
    found
}

#[test]
fn crates_know_only_the_crates_below_them() {
    let dependencies = dependencies();
    let allowed = BTreeMap::from([
        ("app", vec![]),
        ("course", vec!["dockerfile"]),
        ("dockerfile", vec![]),
        ("grader", vec!["course", "dockerfile"]),
        ("lens", vec![]),
        ("sandbox", vec!["dockerfile", "lens"]),
        (
            "server",
            vec!["app", "course", "dockerfile", "grader", "lens", "sandbox"],
        ),
    ]);
    assert_eq!(
        dependencies.keys().map(String::as_str).collect::<Vec<_>>(),
        allowed.keys().copied().collect::<Vec<_>>(),
        "a new crate has to be placed here: say which crates of ours it may know"
    );
    for (name, allowed) in &allowed {
        for found in reached(name, &dependencies) {
            assert!(
                allowed.contains(&found.as_str()),
                "drydock-{name} reaches drydock-{found}; it may know {allowed:?} only (see docs/ARCHITECTURE.md)"
            );
        }
    }
}
