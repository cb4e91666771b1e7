use crate::support::*;

#[test]
fn networks_and_who_is_on_them() {
    let rows = [
        (PASS, json!({"network": {"name": "shop"}})),
        (FAIL, json!({"network": {"name": "shpo"}})),
        (FAIL, json!({"network": {"name": "backend"}})),
        (
            PASS,
            json!({"network": {"name": "backend", "exists": false}}),
        ),
        (FAIL, json!({"network": {"name": "shop", "exists": false}})),
        (
            PASS,
            json!({"network": {"name": "shop", "driver": "bridge"}}),
        ),
        (
            FAIL,
            json!({"network": {"name": "shop", "driver": "overlay"}}),
        ),
        (
            PASS,
            json!({"network": {"name": "shop", "containers": ["web"]}}),
        ),
        (
            FAIL,
            json!({"network": {"name": "shop", "containers": ["web", "swapped"]}}),
        ),
        (
            FAIL,
            json!({"network": {"name": "shop", "containers": ["wev"]}}),
        ),
        (
            FAIL,
            json!({"network": {"name": "shop", "containers": ["database"]}}),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn a_stopped_container_is_still_on_its_network() {
    let mut engine = engine();
    for network in engine["networks"].as_array_mut().expect("a list") {
        network["Containers"] = json!({});
    }
    let rows = [(
        PASS,
        json!({"network": {"name": "shop", "containers": ["web"]}}),
    )];
    table(&evidence_of(&engine), &rows);
}

#[test]
fn without_networks_of_ones_own_that_is_said() {
    let rows = [(FAIL, json!({"network": {"name": "shop"}}))];
    insta::assert_snapshot!(table(&empty(), &rows));
}
