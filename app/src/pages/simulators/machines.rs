//! Virtual machines beside containers.

use leptos::prelude::*;
use serde::Serialize;

use super::{Frame, button, frame};
use crate::view::{Figures, Machines};

/// What the script has to know.
#[derive(Serialize)]
struct Scene<'a> {
    shown: usize,
    most: usize,
    vm: &'a Figures,
    container: &'a Figures,
    app: &'a Figures,
}

/// A row of the table: what is compared, both values as words, and their shares of the longest bar in percent.
struct Row {
    key: &'static str,
    name: &'static str,
    words: [String; 2],
    shares: [f64; 2],
}

pub(super) fn draw(number: usize, scene: Machines) -> impl IntoView {
    let json = serde_json::to_string(&Scene {
        shown: scene.shown,
        most: scene.apps.len(),
        vm: &scene.vm,
        container: &scene.container,
        app: &scene.app,
    });
    let rows = rows(&scene);
    let about = format!(
        "Two machines run the same {} apps. On the left each app has a virtual machine of its own, with libraries, a \
         whole guest system and a guest kernel, on a hypervisor on the host's kernel. On the right each app is a \
         container with its libraries, and all of them use the one kernel of the host. The table below compares them.",
        scene.shown
    );
    let side = |kind: &'static str| side(kind, &scene.apps, scene.shown);
    let (vms, containers) = (side("vm"), side("container"));
    let rows = rows.into_iter().map(row).collect_view();
    let around = Frame {
        number,
        kind: "vm-vs-container",
        title: scene.title,
        lead: "The same apps twice. Yellow is there once for each of them, green once for all.",
        about,
        scene: json.unwrap_or_default(),
    };
    frame(
        around,
        view! {
            <div class="vm-stage">{vms} {containers}</div>
            <div class="sim-bar sim-live">
                {button("add", "button primary", "Add an app")}
                {button("less", "button", "Remove one")}
            </div>
            <p class="visually-hidden" role="status"></p>
            <table class="vm-table">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">"virtual machines"</th>
                        <th scope="col">"containers"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="sim-note">{scene.source}</p>
        },
    )
}

fn side(kind: &'static str, apps: &[String], shown: usize) -> impl IntoView + use<> {
    let is_vm = kind == "vm";
    let boxes = apps
        .iter()
        .enumerate()
        .map(|(at, app)| {
            let guest = is_vm.then(|| {
                view! {
                    <span class="vm-part vm-guest">"guest OS"</span>
                    <span class="vm-part vm-kernel">"kernel"</span>
                }
            });
            view! {
                <li class="vm-box" data-shown=if at < shown { "true" } else { "false" }>
                    <span class="vm-part vm-app">{app.clone()}</span>
                    <span class="vm-part vm-libs">"libraries"</span>
                    {guest}
                </li>
            }
        })
        .collect_view();
    let (title, between, kernel) = if is_vm {
        ("Virtual machines", "hypervisor", "host's kernel")
    } else {
        (
            "Containers",
            "container engine",
            "host's kernel, shared by all",
        )
    };
    view! {
        <div class="vm-side" data-side=kind aria-hidden="true">
            <p class="vm-name">{title}</p>
            <ol class="vm-boxes">{boxes}</ol>
            <p class="vm-part vm-between">{between}</p>
            <p class="vm-part vm-kernel">{kernel}</p>
            <p class="vm-part vm-hardware">"hardware"</p>
        </div>
    }
}

fn row(row: Row) -> impl IntoView {
    let cells = row
        .words
        .into_iter()
        .zip(row.shares)
        .map(|(words, share)| {
            view! {
                <td>
                    <span class="vm-value">{words}</span>
                    <svg class="vm-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=format!("{share:.1}") height="6"></rect>
                    </svg>
                </td>
            }
        })
        .collect_view();
    view! {
        <tr data-row=row.key>
            <th scope="row">{row.name}</th>
            {cells}
        </tr>
    }
}

/// The same sums as web/src/simulators/machines.ts: here for the picture, there for what is played with.
fn rows(scene: &Machines) -> Vec<Row> {
    let sides = [scene.vm, scene.container];
    let count = scene.shown as f64;
    let most = scene.apps.len() as f64;
    let row = |key, name, of: fn(&Figures) -> f64, words: fn(f64) -> String, all: bool| {
        let (count, most) = if all { (count, most) } else { (1.0, 1.0) };
        let each = sides.map(|side| of(&side) + of(&scene.app));
        let longest = each[0].max(each[1]) * most;
        Row {
            key,
            name,
            words: each.map(|each| words(each * count)),
            shares: each.map(|each| 100.0 * each * count / longest.max(f64::MIN_POSITIVE)),
        }
    };
    vec![
        Row {
            key: "kernels",
            name: "kernels that run",
            words: [(scene.shown + 1).to_string(), "1".to_owned()],
            shares: [count + 1.0, 1.0].map(|kernels| 100.0 * kernels / (most + 1.0)),
        },
        row("memory", "memory", |it| it.memory, size, true),
        row("disk", "disk", |it| it.disk, size, true),
        row("start", "start of one more", |it| it.seconds, time, false),
    ]
}

/// `330 MB`, `1.8 GB`.
fn size(mb: f64) -> String {
    if mb < 999.5 {
        format!("{mb:.0} MB")
    } else {
        format!("{:.1} GB", mb / 1000.0)
    }
}

/// `0.5 s`, `20 s`.
fn time(seconds: f64) -> String {
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    }
}
