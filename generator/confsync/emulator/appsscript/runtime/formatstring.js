// Utilities.formatString: the conversions of Java's String.format that scripts use.
(function (kit) {
  "use strict";
  kit.formatString = (template, ...given) => {
    const rest = [...given];
    const pattern = /%(?:(\d+)\$)?([-+ 0,#]*)(\d+)?(?:\.(\d+))?([sSdfxXocbeE%n])/g;
    return String(template).replace(pattern, (mark, position, flags, width, precision, kind) => {
      if (kind === "%" || kind === "n") return kind === "n" ? "\n" : "%";
      const value = position ? given[Number(position) - 1] : rest.shift();
      const text = conversion(kind, value, flags, precision);
      if (!width) return text;
      const size = Number(width);
      if (flags.includes("-")) return text.padEnd(size);
      if (!flags.includes("0")) return text.padStart(size);
      const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
      return sign + text.slice(sign.length).padStart(size - sign.length, "0");
    });
  };
  const conversion = (kind, value, flags, precision) => {
    const number = Number(value);
    const plus = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    const sign = number >= 0 ? plus : "";
    const grouped = (text) => (flags.includes(",") ? text.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : text);
    switch (kind) {
      case "d":
        return sign + grouped(String(Math.trunc(number)));
      case "f": {
        const [whole, part] = number.toFixed(Number(precision ?? 6)).split(".");
        return sign + grouped(whole) + (part ? `.${part}` : "");
      }
      case "e":
      case "E": {
        const text = number.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, "e$10$2");
        return kind === "E" ? text.toUpperCase() : text;
      }
      case "x":
        return Math.trunc(number).toString(16);
      case "X":
        return Math.trunc(number).toString(16).toUpperCase();
      case "o":
        return Math.trunc(number).toString(8);
      case "c":
        return typeof value === "number" ? String.fromCharCode(value) : String(value);
      case "b":
        return String(value !== null && value !== undefined && value !== false);
      default: {
        const text = precision === undefined ? String(value) : String(value).slice(0, Number(precision));
        return kind === "S" ? text.toUpperCase() : text;
      }
    }
  };
})
