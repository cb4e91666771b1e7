//! What `docker inspect` said of the engine's objects, in a few words each. All of it is the learner's machine's word.

use serde_json::Value;

/// Objects of one kind that are shown.
const ROWS: usize = 100;
/// Letters of a cell.
const LETTERS: usize = 200;

/// Objects of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// "Images".
    pub title: &'static str,
    /// What stands above the columns.
    pub columns: &'static [&'static str],
    /// Cells in the order of the columns.
    pub rows: Vec<Vec<String>>,
    /// Objects that are not shown.
    pub more: usize,
}

fn table(
    title: &'static str,
    columns: &'static [&'static str],
    objects: &[Value],
    cells: impl Fn(&Value) -> Vec<String>,
) -> Table {
    let rows = objects.iter().take(ROWS).map(|object| {
        let cells = cells(object).into_iter();
        cells
            .map(|cell| cell.chars().take(LETTERS).collect())
            .collect()
    });
    Table {
        title,
        columns,
        rows: rows.collect(),
        more: objects.len().saturating_sub(ROWS),
    }
}

fn text(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn words(value: &Value, path: &str) -> String {
    let words = value.pointer(path).and_then(Value::as_array);
    let words = words.into_iter().flatten().filter_map(Value::as_str);
    words.take(20).collect::<Vec<_>>().join(" ")
}

fn keys(value: &Value, path: &str) -> String {
    let map = value.pointer(path).and_then(Value::as_object);
    let keys = map
        .into_iter()
        .flat_map(|map| map.keys().map(String::as_str));
    keys.take(20).collect::<Vec<_>>().join(", ")
}

/// Images.
pub fn images(images: &[Value]) -> Table {
    table(
        "Images",
        &["Tags", "Size", "User", "Command"],
        images,
        |image| {
            let tags = words(image, "/RepoTags").replace(' ', ", ");
            let id = text(image, "/Id")
                .trim_start_matches("sha256:")
                .chars()
                .take(12)
                .collect();
            let size = image.pointer("/Size").and_then(Value::as_u64);
            let user = text(image, "/Config/User");
            vec![
                if tags.is_empty() { id } else { tags },
                size.map(super::words::size).unwrap_or_default(),
                if user.is_empty() { "root".into() } else { user },
                [
                    words(image, "/Config/Entrypoint"),
                    words(image, "/Config/Cmd"),
                ]
                .join(" ")
                .trim()
                .to_owned(),
            ]
        },
    )
}

/// Containers.
pub fn containers(containers: &[Value]) -> Table {
    let columns = &["Name", "Image", "State", "Ports", "Mounts", "Networks"];
    table("Containers", columns, containers, |container| {
        let status = text(container, "/State/Status");
        let code = text(container, "/State/ExitCode");
        let mounts = container.pointer("/Mounts").and_then(Value::as_array);
        let mounts = mounts.into_iter().flatten().take(20).map(|mount| {
            let name = text(mount, "/Name");
            let from = if name.is_empty() {
                text(mount, "/Source")
            } else {
                name
            };
            format!("{from} → {}", text(mount, "/Destination"))
        });
        vec![
            text(container, "/Name").trim_start_matches('/').to_owned(),
            text(container, "/Config/Image"),
            if status == "exited" {
                format!("exited ({code})")
            } else {
                status
            },
            keys(container, "/NetworkSettings/Ports"),
            mounts.collect::<Vec<_>>().join(", "),
            keys(container, "/NetworkSettings/Networks"),
        ]
    })
}

/// Volumes.
pub fn volumes(volumes: &[Value]) -> Table {
    table("Volumes", &["Name", "Driver"], volumes, |volume| {
        vec![text(volume, "/Name"), text(volume, "/Driver")]
    })
}

/// Networks but those that every engine has.
pub fn networks(networks: &[Value]) -> Table {
    let own: Vec<_> = networks
        .iter()
        .filter(|network| !["bridge", "host", "none"].contains(&text(network, "/Name").as_str()))
        .cloned()
        .collect();
    table(
        "Networks",
        &["Name", "Driver", "Containers"],
        &own,
        |network| {
            let containers = network.pointer("/Containers").and_then(Value::as_object);
            vec![
                text(network, "/Name"),
                text(network, "/Driver"),
                containers.map_or(0, serde_json::Map::len).to_string(),
            ]
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_are_told_in_a_few_words() {
        let image = json!({ "Id": "sha256:0123456789abcdef", "RepoTags": ["hello:v1", "hello:latest"], "Size": 8_400_000,
            "Config": { "User": "", "Entrypoint": ["python"], "Cmd": ["app.py"] } });
        assert_eq!(
            images(&[image]).rows,
            [["hello:v1, hello:latest", "8.4 MB", "root", "python app.py"]]
        );
        let container = json!({ "Name": "/web", "Config": { "Image": "hello:v1" }, "State": { "Status": "exited", "ExitCode": 3 },
            "NetworkSettings": { "Ports": { "80/tcp": [] }, "Networks": { "app": {} } },
            "Mounts": [{ "Name": "data", "Destination": "/data" }] });
        assert_eq!(
            containers(&[container]).rows,
            [[
                "web",
                "hello:v1",
                "exited (3)",
                "80/tcp",
                "data → /data",
                "app"
            ]]
        );
        let all = [
            json!({ "Name": "bridge" }),
            json!({ "Name": "app", "Driver": "bridge", "Containers": { "a": {} } }),
        ];
        assert_eq!(networks(&all).rows, [["app", "bridge", "1"]]);
    }

    #[test]
    fn what_is_not_as_docker_says_it_is_left_empty_and_everything_is_bounded() {
        for odd in [
            json!(null),
            json!([]),
            json!({ "Name": {}, "State": 5, "Mounts": "x", "RepoTags": { "a": 1 } }),
        ] {
            for table in [
                images(std::slice::from_ref(&odd)),
                containers(std::slice::from_ref(&odd)),
                volumes(std::slice::from_ref(&odd)),
            ] {
                assert_eq!(table.rows.len(), 1);
            }
        }
        let long = json!({ "Name": "x".repeat(10_000) });
        let table = volumes(&vec![long; 150]);
        assert_eq!(
            (table.rows.len(), table.more, table.rows[0][0].len()),
            (100, 50, 200)
        );
    }
}
