// Sends the page's form at once; without scripts its button does.

document.querySelector<HTMLFormElement>("form[data-send]")?.submit();

export {};
