import { type NameParts, unitsOf } from './name-parts.js';

const EAST_ASIAN =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}ー]$/u;
const HAN = /^\p{Script=Han}+$/u;
const HANGUL = /^\p{Script=Hangul}+$/u;
const KANJI_THEN_KANA = /^(\p{Script=Han}{1,3})([\p{Script=Hiragana}\p{Script=Katakana}ー]+)$/u;

/** The dot between the parts of a foreign name written in Han or Katakana: such names keep their own order. */
const DOT = /[・·‧•]/u;

const KOREAN_DOUBLE = new Set('남궁 황보 제갈 사공 선우 서문 독고 동방'.split(' '));
const CHINESE_DOUBLE = new Set(
  (
    '欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文 长孙 長孫 司徒 夏侯 轩辕 軒轅 ' +
    '端木 独孤 獨孤 南宫 南宮'
  ).split(' '),
);
/** The Japanese family names most often met, all of two characters. */
const JAPANESE_DOUBLE = new Set(
  (
    '佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々 山口 松本 井上 木村 清水 山崎 中島 池田 阿部 橋本 ' +
    '山下 石川 中山 小川 前田 岡田 長谷 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 斎藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦 ' +
    '中野 中川 原田 松田 竹内 小野 田村 和田 石井 上田 森田 原口 宮崎 酒井 工藤 横山 宮本 内田 高木 安藤 谷口 大野 丸山 今井'
  ).split(' '),
);

/** Whether every letter is Chinese, Japanese or Korean. */
export function isEastAsian(name: string): boolean {
  const letters = name.match(/\p{L}/gu);
  return letters !== null && letters.every((letter) => EAST_ASIAN.test(letter));
}

/** Family name first, unless a dot between the parts says that it is a foreign name. */
export function splitEastAsian(name: string): NameParts {
  const dotted = DOT.test(name);
  const units = unitsOf(name.split(dotted ? /[\s・·‧•]+/u : /\s+/u).filter((word) => word !== ''));
  const [first = '', ...rest] = units;
  if (rest.length === 0) return splitTogether(first);
  if (dotted) return { given: units.slice(0, -1), family: units.slice(-1) };
  return { given: rest, family: [first] };
}

/** A name without any blank. What cannot be told apart with some confidence stays together as the given name. */
function splitTogether(name: string): NameParts {
  const kana = KANJI_THEN_KANA.exec(name);
  if (kana?.[1] !== undefined && kana[2] !== undefined) return { given: [kana[2]], family: [kana[1]] };
  const letters = [...name];
  const two = letters.slice(0, 2).join('');
  const familyLength = HANGUL.test(name)
    ? hangulFamily(letters.length, two)
    : HAN.test(name)
      ? hanFamily(letters.length, two)
      : 0;
  return familyLength === 0
    ? { given: [name], family: [] }
    : { given: [letters.slice(familyLength).join('')], family: [letters.slice(0, familyLength).join('')] };
}

function hangulFamily(length: number, two: string): number {
  if (length < 2 || length > 5) return 0;
  if (length > 2 && KOREAN_DOUBLE.has(two)) return 2;
  return length <= 3 ? 1 : 0;
}

function hanFamily(length: number, two: string): number {
  if (length === 2) return 1;
  if (length === 3) return CHINESE_DOUBLE.has(two) || JAPANESE_DOUBLE.has(two) ? 2 : 1;
  return length === 4 ? 2 : 0;
}
