//! Simulators of the content as pages draw them.

use drydock_app::view;
use drydock_course::simulator::{Figures, Simulator};

/// A simulator as its page draws it.
pub fn view(simulator: &Simulator) -> view::Simulator {
    match simulator.clone() {
        Simulator::Lifecycle(it) => view::Simulator::Lifecycle(view::Lifecycle {
            title: it.title,
            image: it.image,
            size: it.size,
            layers: it.layers,
            name: it.name,
            file: it.file,
        }),
        Simulator::RunSteps(it) => view::Simulator::RunSteps(view::RunSteps {
            title: it.title,
            image: it.image,
            command: it.command,
            output: it.output,
        }),
        Simulator::Machines(it) => view::Simulator::Machines(view::Machines {
            title: it.title,
            apps: it.apps,
            shown: it.shown,
            vm: figures(it.vm),
            container: figures(it.container),
            app: figures(it.app),
            source: it.source,
        }),
    }
}

fn figures(of: Figures) -> view::Figures {
    view::Figures {
        memory: of.memory,
        disk: of.disk,
        seconds: of.seconds,
    }
}
