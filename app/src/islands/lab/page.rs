//! What only a lab asks of the page around it: dialogs, the event stream, terminals.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Sets `data-state` of the element with this id.
    #[wasm_bindgen(js_namespace = drydock, js_name = setState)]
    pub(crate) fn set_state(id: &str, state: &str);

    /// Puts plain text into the element with this id; what stands between backquotes becomes code.
    #[wasm_bindgen(js_namespace = drydock, js_name = setWords)]
    pub(crate) fn set_words(id: &str, text: &str);

    /// Seconds until an RFC 3339 time, by the server's clock as its answers showed it.
    #[wasm_bindgen(js_namespace = drydock, js_name = secondsUntil)]
    pub(crate) fn seconds_until(time: &str) -> f64;

    /// Asks a yes-or-no question in a dialog.
    #[wasm_bindgen(js_namespace = drydock, js_name = confirm)]
    async fn confirm_value(title: &str, text: &str, yes: &str) -> JsValue;

    /// Follows an event stream, in place of the one followed before: `(name, data)` per event.
    /// Connection changes come as `("open", "")` and `("lost", "")`.
    #[wasm_bindgen(js_namespace = drydock)]
    pub(crate) fn listen(url: &str, on_event: &Closure<dyn FnMut(String, String)>);

    /// Ends the event stream.
    #[wasm_bindgen(js_namespace = drydock, js_name = stopListening)]
    pub(crate) fn stop_listening();

    /// Opens or shows terminal `number` in the element with this id.
    #[wasm_bindgen(js_namespace = drydock, js_name = openTerminal)]
    pub(crate) fn open_terminal(number: u8, element: &str, url: &str);

    /// Lets go of a terminal; its shell goes on.
    #[wasm_bindgen(js_namespace = drydock, js_name = closeTerminal)]
    pub(crate) fn close_terminal(number: u8);

    /// Lets go of every terminal and empties their places.
    #[wasm_bindgen(js_namespace = drydock, js_name = closeTerminals)]
    pub(crate) fn close_terminals();

    /// Puts the editor on the files of a session into the element with this id; one that is there
    /// for the same session stays.
    #[wasm_bindgen(js_namespace = drydock, js_name = openEditor)]
    pub(crate) fn open_editor(element: &str, session: &str);

    /// Lets go of the editor; what is not saved stays kept in this browser tab.
    #[wasm_bindgen(js_namespace = drydock, js_name = closeEditor)]
    pub(crate) fn close_editor();

    /// Opens the search line of the shown terminal.
    #[wasm_bindgen(js_namespace = drydock, js_name = findInTerminal)]
    pub(crate) fn find_in_terminal();

    /// Switches xterm's screen reader mode, for all terminals; gives the new state.
    #[wasm_bindgen(js_namespace = drydock, js_name = toggleScreenReader)]
    pub(crate) fn toggle_screen_reader() -> bool;

    /// Shows the builds of a machine, which are at this address.
    #[wasm_bindgen(js_namespace = drydock, js_name = openBuilds)]
    pub(crate) fn open_builds(url: &str);

    /// Takes an event `build`; says whether it is of a build that has just begun.
    #[wasm_bindgen(js_namespace = drydock, js_name = hearBuild)]
    pub(crate) fn hear_build(data: &str) -> bool;

    /// Terminals that were open in this browser tab, such as "1 3", for a reload.
    #[wasm_bindgen(js_namespace = drydock, js_name = openTabs)]
    pub(crate) fn open_tabs(session: &str) -> String;

    /// Keeps which terminals are open.
    #[wasm_bindgen(js_namespace = drydock, js_name = keepTabs)]
    pub(crate) fn keep_tabs(session: &str, tabs: &str);

    /// Puts the API's answer for a step's solution into the element with this id, and the keyboard there.
    #[wasm_bindgen(js_namespace = drydock, js_name = showSolution)]
    pub(crate) fn show_solution(id: &str, json: &str);

    /// Panes that were shown in this browser tab, such as "editor builds", for a reload.
    #[wasm_bindgen(js_namespace = drydock, js_name = openPanes)]
    pub(crate) fn open_panes() -> String;

    /// Keeps which panes are shown.
    #[wasm_bindgen(js_namespace = drydock, js_name = keepPanes)]
    pub(crate) fn keep_panes(names: &str);
}

/// Asks a yes-or-no question in a dialog.
pub(crate) async fn confirm(title: &str, text: &str, yes: &str) -> bool {
    confirm_value(title, text, yes).await.is_truthy()
}
