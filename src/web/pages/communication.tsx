import "./communication/communication.css";
import { lazyPage } from "./lazy-page.tsx";

/** Who speaks to whom, and what that takes. */
export const communicationPage = lazyPage(
  {
    paths: ["/communication"],
    title: () => "Communication",
    navigation: { title: "Communication", icon: "message", hotkey: "g c" },
  },
  async () => (await import("./communication/communication-view.tsx")).communicationBody,
);
