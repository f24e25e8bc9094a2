import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import "./form.css";
import "./marks.css";
import { installWorker } from "./offline";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no element with the id app");
mount(App, { target });
installWorker();
