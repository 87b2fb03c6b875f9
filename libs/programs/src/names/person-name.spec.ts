import fc from 'fast-check';

import { cleanText } from './clean-text.js';
import { splitPersonName } from './person-name.js';

/** Full name as typed, given name, family name; `-` stands for none. */
const NAMES: readonly (readonly [string, string, string])[] = [
  // One word, two words, several words
  ['Madonna', 'Madonna', '-'],
  ['Jane Doe', 'Jane', 'Doe'],
  ['Mary Jane Watson', 'Mary Jane', 'Watson'],
  ['J. K. Rowling', 'J. K.', 'Rowling'],
  ['John F. Kennedy', 'John F.', 'Kennedy'],
  ['jane doe', 'jane', 'doe'],
  ['JANE DOE', 'JANE', 'DOE'],
  ['McKenzie MacLeod', 'McKenzie', 'MacLeod'],
  ['X Æ A-12', 'X Æ', 'A-12'],
  // Particles
  ['Vincent van Gogh', 'Vincent', 'van Gogh'],
  ['Vincent Willem van Gogh', 'Vincent Willem', 'van Gogh'],
  ['Dick Van Dyke', 'Dick', 'Van Dyke'],
  ['Van Morrison', 'Van', 'Morrison'],
  ['Pieter van der Meer', 'Pieter', 'van der Meer'],
  ["Gerard van 't Hof", 'Gerard', "van 't Hof"],
  ['Otto von Bismarck', 'Otto', 'von Bismarck'],
  ['Ana de Armas', 'Ana', 'de Armas'],
  ['Leonardo da Vinci', 'Leonardo', 'da Vinci'],
  ['Luiz Inácio Lula da Silva', 'Luiz Inácio Lula', 'da Silva'],
  ['Maria dos Santos Silva', 'Maria', 'dos Santos Silva'],
  ['Ursula K. Le Guin', 'Ursula K.', 'Le Guin'],
  ['Eva St. Clair', 'Eva', 'St. Clair'],
  ["Sinéad O'Connor", 'Sinéad', "O'Connor"],
  ['Seán Ó Briain', 'Seán', 'Ó Briain'],
  ['Harun al-Rashid', 'Harun', 'al-Rashid'],
  ['Mohamed Al Fayed', 'Mohamed', 'Al Fayed'],
  ['Mohammed bin Salman Al Saud', 'Mohammed', 'bin Salman Al Saud'],
  ['David Ben Gurion', 'David', 'Ben Gurion'],
  ['Ben Stiller', 'Ben', 'Stiller'],
  // Spanish, Portuguese, Catalan
  ['Gabriel García Márquez', 'Gabriel García', 'Márquez'],
  ['José Ortega y Gasset', 'José', 'Ortega y Gasset'],
  ['Juan Carlos de Borbón y Borbón', 'Juan Carlos', 'de Borbón y Borbón'],
  ['Antoni Gaudí i Cornet', 'Antoni', 'Gaudí i Cornet'],
  ['María del Carmen García', 'María del Carmen', 'García'],
  ['Maria de Fátima Silva', 'Maria de Fátima', 'Silva'],
  ['María de los Ángeles de la Cruz', 'María de los Ángeles', 'de la Cruz'],
  ['María del Carmen', 'María', 'del Carmen'],
  ['Romeo y Julia', 'Romeo y', 'Julia'],
  // Comma, titles, suffixes, companies
  ['Doe, Jane', 'Jane', 'Doe'],
  ['van Gogh, Vincent', 'Vincent', 'van Gogh'],
  ['GARCÍA LÓPEZ, María José', 'María José', 'GARCÍA LÓPEZ'],
  ['King, Martin Luther, Jr.', 'Martin Luther', 'King Jr.'],
  ['Sammy Davis, Jr.', 'Sammy', 'Davis Jr.'],
  ['Sammy Davis Jr.', 'Sammy', 'Davis Jr.'],
  ['Henry Ford III', 'Henry', 'Ford III'],
  ['Jane Doe, PhD, MBA', 'Jane', 'Doe PhD MBA'],
  ['Smith,', 'Smith', '-'],
  ['Dr. Jane Doe', 'Dr. Jane', 'Doe'],
  ['Prof. Dr. Hans von Stein', 'Prof. Dr. Hans', 'von Stein'],
  ['Mr. Smith', '-', 'Mr. Smith'],
  ['Robert Jr.', 'Robert Jr.', '-'],
  ['Acme Media GmbH', 'Acme Media GmbH', '-'],
  ['Acme, Inc.', 'Acme Inc.', '-'],
  ['Robert "Bob" Smith', 'Robert "Bob"', 'Smith'],
  ['Robert (Bob) Smith', 'Robert (Bob)', 'Smith'],
  // Double-barrelled
  ['Anna-Lena Müller-Lüdenscheidt', 'Anna-Lena', 'Müller-Lüdenscheidt'],
  ['Helena Bonham - Carter', 'Helena', 'Bonham - Carter'],
  ['Jean-Luc Picard', 'Jean-Luc', 'Picard'],
  // East Asian
  ['王伟', '伟', '王'],
  ['毛泽东', '泽东', '毛'],
  ['欧阳娜娜', '娜娜', '欧阳'],
  ['諸葛亮', '亮', '諸葛'],
  ['山田太郎', '太郎', '山田'],
  ['田中実', '実', '田中'],
  ['山田はなこ', 'はなこ', '山田'],
  ['やまだはなこ', 'やまだはなこ', '-'],
  ['山田 太郎', '太郎', '山田'],
  ['山田\u3000太郎', '太郎', '山田'],
  ['マリア・ガルシア', 'マリア', 'ガルシア'],
  ['迈克尔·杰克逊', '迈克尔', '杰克逊'],
  ['김민수', '민수', '김'],
  ['김구', '구', '김'],
  ['남궁민수', '민수', '남궁'],
  ['박 지성', '지성', '박'],
  ['Nguyễn Văn Minh', 'Văn Minh', 'Nguyễn'],
  ['Nguyen Thi Hoa', 'Thi Hoa', 'Nguyen'],
  ['Li Wei', 'Li', 'Wei'],
  // Cyrillic, Greek, Arabic, Hebrew, Indic, Thai
  ['Иван Петров', 'Иван', 'Петров'],
  ['Пушкин Александр Сергеевич', 'Александр Сергеевич', 'Пушкин'],
  ['Александр Сергеевич Пушкин', 'Александр Сергеевич', 'Пушкин'],
  ['Γιώργος Παπαδόπουλος', 'Γιώργος', 'Παπαδόπουλος'],
  ['محمد علي', 'محمد', 'علي'],
  ['محمد بن سلمان', 'محمد', 'بن سلمان'],
  ['محمد عبد الله', 'محمد', 'عبد الله'],
  ['דוד בן גוריון', 'דוד', 'בן גוריון'],
  ['प्रिया शर्मा', 'प्रिया', 'शर्मा'],
  ['สมชาย ใจดี', 'สมชาย', 'ใจดี'],
  // Debris
  ['  Jane \u00A0\t Doe\n', 'Jane', 'Doe'],
  ['\u200BJane\u200D \uFEFFDoe\u200B', 'Jane', 'Doe'],
  ['\u202Eمحمد\u202C علي', 'محمد', 'علي'],
  ['Jose\u0301 Nun\u0303ez', 'José', 'Nuñez'],
  ['Luna 🌙', 'Luna 🌙', '-'],
  ['🌸 Anna Rossi', '🌸 Anna', 'Rossi'],
  ['Jane Doe 🚀', 'Jane', 'Doe 🚀'],
  ['👩‍🚀 Ana Silva', '👩‍🚀 Ana', 'Silva'],
  ['jane@example.com', '-', '-'],
  ['@janedoe', '-', '-'],
  [',', ',', '-'],
  ['🌙', '🌙', '-'],
];

/** The words of a name without regard to order, commas and the dots of transliterated names. */
const lettersOf = (text: string): string => [...text.replace(/[\s,，،・·‧•]/gu, '')].sort().join('');

describe('dividing a full name', () => {
  it.each(NAMES)('%j: given name %j, family name %j', (typed, given, family) => {
    const name = splitPersonName(typed);
    expect([name?.given ?? '-', name?.family ?? '-']).toEqual([given, family]);
  });

  it.each(['', '   ', '\u00A0\t', '\u200B\uFEFF\u202E', '\u0000'])('finds no name in %j', (typed) => {
    expect(splitPersonName(typed)).toBeUndefined();
  });

  it('keeps a persian name whole, whose zero-width non-joiner is part of its spelling', () => {
    expect(splitPersonName('علی\u200Cرضا رضایی')).toMatchObject({ given: 'علی\u200Cرضا', family: 'رضایی' });
  });

  it('keeps a name of 600 letters to the last one', () => {
    const long = `${'Wolfe'.repeat(60)} ${'schlegel'.repeat(38)}`;
    expect(splitPersonName(long)).toEqual({
      full: long,
      given: 'Wolfe'.repeat(60),
      family: 'schlegel'.repeat(38),
    });
  });

  it('loses nothing: both parts together hold every character of the full name', () => {
    const word = fc.oneof(
      fc.constantFrom(...NAMES.flatMap(([typed]) => typed.split(' '))),
      fc.constantFrom('-', ',', '·', 'Jr.', 'Dr.', 'van', 'de', 'y', 'María', 'Carmen', 'GmbH', '・', '🌙'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), (words) => {
        const name = splitPersonName(words.join(' '));
        if (name === undefined || /^\S*@\S*$/u.test(name.full)) return;
        const parts = lettersOf(`${name.given ?? ''}${name.family ?? ''}`);
        expect(parts).toBe(lettersOf(name.full));
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives no part that is empty, has blanks at its ends or invisible characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
        const name = splitPersonName(typed);
        for (const part of name === undefined ? [] : (Object.values(name) as string[])) {
          expect(part).not.toBe('');
          expect(part).toBe(cleanText(part));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
