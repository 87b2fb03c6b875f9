import { csvLine, escapeFormula, unescapeFormula } from './csv-text.js';

describe('a line of CSV', () => {
  it('quotes what needs it and ends as RFC 4180 says', () => {
    expect(csvLine(['a', 'b "c"', 'd,e', 'f\ng', ' h', ''])).toBe('a,"b ""c""","d,e","f\ng"," h",\r\n');
  });

  it('has numbers, truth values and times as programs read them', () => {
    expect(csvLine([-5, true, new Date(0), null, undefined])).toBe('-5,true,1970-01-01T00:00:00.000Z,,\r\n');
  });

  it.each(['=1+1', '+49 170', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', '＠x'])(
    'never starts a formula with %j',
    (text) => {
      expect(escapeFormula(text)).toBe(`'${text}`);
      expect(csvLine([text]).replaceAll('"', '').startsWith("'")).toBe(true);
      expect(unescapeFormula(escapeFormula(text))).toBe(text);
    },
  );

  it.each(["'tis", 'a=b', '', "O'Neil"])('leaves %j as it is, both ways', (text) => {
    expect(escapeFormula(text)).toBe(text);
    expect(unescapeFormula(text)).toBe(text);
  });
});
