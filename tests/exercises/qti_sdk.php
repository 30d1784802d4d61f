<?php
// Lines of {item, responses} on standard input → what TAO's QTI SDK, in the folder of the argument, makes of them.
// Its outcomes: SCORE, and the identifiers of the feedback it shows; or the error.

use qtism\common\datatypes\files\FileSystemFileManager;
use qtism\common\datatypes\QtiFloat;
use qtism\common\datatypes\QtiIdentifier;
use qtism\common\datatypes\QtiString;
use qtism\common\enums\BaseType;
use qtism\data\storage\xml\XmlDocument;
use qtism\runtime\common\ResponseVariable;
use qtism\runtime\common\State;
use qtism\runtime\tests\AssessmentItemSession;
use qtism\runtime\tests\SessionManager;

error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
spl_autoload_register(function ($name) use ($argv) {
    $file = $argv[1] . '/src/' . str_replace('\\', '/', $name) . '.php';
    if (is_file($file)) {
        require $file;
    }
});

function outcomes(array $asked): array
{
    static $items = [];
    $key = md5($asked['item']);
    if (!isset($items[$key])) {
        $document = new XmlDocument();
        $document->loadFromString($asked['item']);
        $items[$key] = $document->getDocumentComponent();
    }
    $item = $items[$key];
    $responses = [];
    foreach ($item->getResponseDeclarations() as $declared) {
        $name = $declared->getIdentifier();
        if (array_key_exists($name, $asked['responses'])) {
            $text = $asked['responses'][$name];
            $value = match ($declared->getBaseType()) {
                BaseType::FLOAT => new QtiFloat((float) $text),
                BaseType::IDENTIFIER => new QtiIdentifier($text),
                default => new QtiString($text),
            };
            $responses[] = new ResponseVariable($name, $declared->getCardinality(), $declared->getBaseType(), $value);
        }
    }
    $session = new AssessmentItemSession($item, new SessionManager(new FileSystemFileManager()));
    $session->beginItemSession();
    $session->beginAttempt();
    $session->endAttempt(new State($responses));
    $shown = [];
    foreach ($session['FEEDBACK'] ?? [] as $identifier) {
        $shown[] = $identifier->getValue();
    }
    return ['score' => $session['SCORE']->getValue(), 'shown' => $shown];
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $answer = outcomes(json_decode($line, true));
    } catch (Throwable $problem) {
        $answer = ['error' => get_class($problem) . ': ' . $problem->getMessage()];
    }
    echo json_encode($answer), "\n";
}
