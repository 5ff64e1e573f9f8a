import { expect, it } from "vitest";
import { cleanSvg } from "@/lib/branding/svg";

const wrap = (inside: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"${attributes}>${inside}</svg>`;

/** What no cleaned file may hold, whatever it was made from. */
const harmful =
  /<(?!\/?(svg|g|defs|title|desc|path|rect|circle|ellipse|line|poly(line|gon)|(linear|radial)Gradient|stop|clipPath|mask)\b)|\son\w+=|javascript|data:|https?:(?!\/\/www\.w3\.org\/2000\/svg")|@import|<!|<\?|url\((?!\s*["']?#|\s*&quot;#)/i;

const hostile: Record<string, string> = {
  "a script": wrap("<script>alert(1)</script><path d='M0 0'/>"),
  "a script in another case": wrap("<SCRIPT>alert(1)</SCRIPT>"),
  "a prefixed script": wrap('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>'),
  "a handler": wrap('<path d="M0 0" onclick="alert(1)"/>', ' onload="alert(1)"'),
  "a handler in another case": wrap('<path d="M0 0" ONLOAD="alert(1)"/>'),
  "a javascript link": wrap('<a href="javascript:alert(1)"><path d="M0 0"/></a>'),
  "a link by xlink": wrap('<linearGradient xlink:href="https://evil.example/#g"/>'),
  "foreign content": wrap("<foreignObject><body onload='alert(1)'><p>x</p></body></foreignObject>"),
  "a picture from elsewhere": wrap('<image href="https://evil.example/x.png"/>'),
  "a picture in itself": wrap('<image href="data:image/svg+xml;base64,PHN2Zz4="/>'),
  "a style sheet": wrap("<style>@import url(https://evil.example/x.css);</style>"),
  "a style": wrap('<path d="M0 0" style="background:url(https://evil.example)"/>'),
  "a paint from elsewhere": wrap('<path d="M0 0" fill="url(https://evil.example/#p)"/>'),
  "a paint behind one of its own": wrap(
    '<path d="M0" fill="url(#a) url(https://evil.example/#p)"/>',
  ),
  "a paint with entities": wrap('<path d="M0" fill="u&#x72;l(https://evil.example/#p)"/>'),
  "a paint with an escape": wrap('<path d="M0" fill="\\75rl(https://evil.example/#p)"/>'),
  animation: wrap('<animate attributeName="href" to="javascript:alert(1)"/>'),
  "a set": wrap('<set attributeName="onload" to="alert(1)"/>'),
  "a use of elsewhere": wrap('<use href="https://evil.example/#x"/>'),
  "text that looks like markup": wrap("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>"),
  "markup in a title": wrap("<title><script>alert(1)</script></title>"),
  "markup in an attribute": wrap('<path d="M0 0&quot; onload=&quot;alert(1)"/>'),
  "a comment": wrap("<!-- <script>alert(1)</script> --><path d='M0 0'/>"),
  "a frame": wrap("<iframe src='https://evil.example'/>"),
  "an object in what is left out": wrap("<metadata><path d='M0 0' onload='alert(1)'/></metadata>"),
};

it.each(Object.entries(hostile))("%s doesn't come through", (_, file) => {
  const { svg } = cleanSvg(file);
  expect(svg).not.toMatch(harmful);
  expect(svg).not.toContain("evil.example");
  expect(svg.replaceAll("&lt;script&gt;alert(1)&lt;/script&gt;", "")).not.toContain("alert");
  // It is whole: what is clean stays as it is.
  expect(cleanSvg(svg).svg).toBe(svg);
});

const refused: Record<string, string> = {
  "a document type": `<!DOCTYPE svg [<!ENTITY x "y">]>${wrap("")}`,
  "entities that grow": `<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${wrap("&b;")}`,
  "an entity from elsewhere": `<!DOCTYPE svg SYSTEM "file:///etc/passwd">${wrap("")}`,
  "an entity that isn't XML's": wrap("<title>&nbsp;</title>"),
  "a null character's number": wrap("<title>&#0;</title>"),
  "half a character's number": wrap("<title>&#xD800;</title>"),
  CDATA: wrap("<title><![CDATA[x]]></title>"),
  "an instruction": `${wrap("")}<?xml-stylesheet href="https://evil.example"?>`,
  "an open element": '<svg viewBox="0 0 1 1"><g>',
  "crossed elements": wrap("<g><defs></g></defs>"),
  "two roots": `${wrap("")}${wrap("")}`,
  "text behind it": `${wrap("")}x`,
  "another root": '<html><svg viewBox="0 0 1 1"/></html>',
  "an attribute twice": wrap('<path d="M0 0" d="M1 1"/>'),
  "an attribute without quotes": wrap("<path d=M0/>"),
  "a bare ampersand": wrap("<title>a & b</title>"),
  "a tag in an attribute": wrap('<path d="<script>"/>'),
  "an open comment": wrap("<!-- x").replace("</svg>", ""),
  "no size": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
  "too many parts": wrap("<g/>".repeat(2_001)),
  "too much depth": wrap("<g>".repeat(70) + "</g>".repeat(70)),
  "a control character": wrap("<title>\u0000</title>"),
  nothing: "",
};

it.each(Object.entries(refused))("%s is refused, with a sentence for its field", (_, file) => {
  expect(() => cleanSvg(file)).toThrow(
    expect.objectContaining({
      code: "VALIDATION_ERROR",
      fields: { file: expect.stringMatching(/^[A-Z].*\.$/) },
    }),
  );
});

it("a logo of shapes, gradients, clips and masks stays what it draws", () => {
  const { svg, leftOut } = cleanSvg(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      wrap(
        '<defs><linearGradient id="a" x1="0" x2="1"><stop offset="0" stop-color="#f00"/></linearGradient>' +
          '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath></defs>' +
          `<g clip-path="url(#c)" transform="translate(1 2)"><path d='M0 0h10v10z' fill="url(#a)"/></g>`,
      ),
  );
  expect(svg).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><defs>' +
      '<linearGradient id="a" x1="0" x2="1"><stop offset="0" stop-color="#f00"/></linearGradient>' +
      '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath></defs>' +
      '<g clip-path="url(#c)" transform="translate(1 2)"><path d="M0 0h10v10z" fill="url(#a)"/></g></svg>',
  );
  expect(leftOut).toEqual([]);
});

it("what didn't come through is named", () => {
  expect(cleanSvg(wrap("<style>x</style><text>y</text><path d='M0 0'/>")).leftOut).toEqual([
    "style",
    "text",
  ]);
});

it("what cuts out isn't itself cut out: a small file can't ask for endless work", () => {
  const { svg } = cleanSvg(
    wrap('<mask id="a"><rect width="1" height="1" mask="url(#b)"/></mask><g mask="url(#a)"/>'),
  );
  expect(svg).not.toContain("url(#b)");
  expect(svg).toContain('<g mask="url(#a)"/>');
});

it("a long file is read once: a hostile one costs no more than its length", () => {
  const started = performance.now();
  for (const part of ["<!--", " a='", "<g ", "&#x", "url(#a)", '<path fill="url(', "\t"]) {
    try {
      cleanSvg(wrap(part.repeat(Math.floor(60_000 / part.length))));
    } catch {
      // Refused is as good.
    }
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});
